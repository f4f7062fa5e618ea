import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { plainEnvironment, type Way } from './way.ts'

const run = promisify(execFile)

export const LIMIT = 'a C program'

/** The limit: a program in C that does this and nothing else. It asks and checks as all others do, and times itself. */
export function limit(program: string): Way {
  return {
    name: LIMIT,
    async live(file) {
      const { stdout } = await run(program, [file], { env: plainEnvironment() })
      const { readyNs, stopNs } = JSON.parse(stdout)
      return { readyMs: readyNs / 1e6, stopMs: stopNs / 1e6 }
    },
  }
}
