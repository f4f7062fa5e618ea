import { execFile } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { promisify } from 'node:util'
import { toolEnvironment } from '../host/tool.ts'

const run = promisify(execFile)

/**
 * Copies a file, or a directory with all that is in it. By a process of its own: a file that we had open for writing
 * ourselves could not be launched while any child that is just being forked has inherited that descriptor (ETXTBSY,
 * rust-lang/rust#114554), and a wrapper that execs it would not tell us so.
 */
export async function copyTree(from: string, to: string): Promise<void> {
  if (process.platform === 'win32') await cp(from, to, { recursive: true })
  else await run('cp', ['-Rp', from, to], { env: toolEnvironment() })
}
