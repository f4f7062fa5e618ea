import { accessSync, constants, readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'

const PLACES = [
  '/usr/bin',
  '/usr/sbin',
  '/usr/local/bin',
  '/usr/lib',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/libexec',
]

/** The programs, scripts and libraries of this machine that can be read, each once, whatever links lead to it. */
export function filesHere(): readonly string[] {
  const paths = PLACES.flatMap(directory => list(directory).map(name => join(directory, name)))
  return [...new Set(paths.map(resolveFile).filter(path => path !== null))].sort()
}

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return [] // Another distribution has it elsewhere.
  }
}

/** Null for what is no file, and for links that lead nowhere. */
function resolveFile(path: string): string | null {
  try {
    const real = realpathSync(path)
    accessSync(real, constants.R_OK)
    const stats = statSync(real)
    return stats.isFile() && stats.size > 0 ? real : null
  } catch {
    return null
  }
}
