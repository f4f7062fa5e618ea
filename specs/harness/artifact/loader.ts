import { spawnSync } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import { expect } from 'vitest'
import { findLoader } from '../../../fixtures/faulty/linked-program.ts'
import type { Processor } from '../../../fixtures/faulty/machine-code.ts'
import { describeArtifact } from '../../../harness/artifact/describe.ts'

/** This machine's processor and loader, where programs can be made for it by hand. */
export const PROCESSOR: Processor = process.arch === 'arm64' ? 'arm64' : 'x64'
export const LOADER: string = findLoader(PROCESSOR)
export const onLinux: boolean = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)
export const onGlibc: boolean = onLinux && LOADER.includes('/ld-linux-')

/** What the loader itself says: the path of each library that it finds, and null for each that it does not. */
function askLoader(path: string): Map<string, string | null> {
  // As ldd does it. With --list instead the loader gives up at the first that is missing.
  const { stdout } = spawnSync(LOADER, [path], { env: { LD_TRACE_LOADED_OBJECTS: '1' }, encoding: 'utf8' })
  const found = new Map<string, string | null>()
  for (const line of stdout.split('\n')) {
    const [, name, where] = /^\s+(\S+) => (not found|\S+)/.exec(line) ?? []
    if (name !== undefined) found.set(name, where === 'not found' ? null : (where ?? null))
  }
  return found
}

/** Expects the libraries of a program to be found where the loader finds them. */
export async function expectAsTheLoader(path: string): Promise<void> {
  const { libraries } = await describeArtifact(path, { sha256: '' })
  const found = new Map(libraries?.needed.map(library => [library.name, library.path]))
  const asked = askLoader(path)
  // The loader lists itself, and the kernel's own library, in forms of their own.
  const own = [...found.keys()].filter(name => !LOADER.endsWith(name))
  expect(own.sort(), path).toEqual([...asked.keys()].filter(name => !LOADER.endsWith(name)).sort())
  for (const [name, where] of asked) {
    const mine = found.get(name) ?? null
    const real = (file: string | null): Promise<string> | null => (file === null ? null : realpath(file))
    expect(await real(mine), `${name} of ${path}`).toBe(await real(where))
  }
}
