import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { absent, type Side, sideOf, type Topic } from '../topic.ts'
import { takeTurns } from '../turns.ts'
import { NotHereError } from '../workshop.ts'

const run = promisify(execFile)
const PROGRAM = join(import.meta.dirname, '../programs/spawn.mjs')
const IN_C = 'posix_spawn() in C'
/** Node's own, what a command of ours has when it launches, and a worker of Vitest's. */
const MORE_MIB = [0, 40, 120]

/**
 * The floor of whoever launches from Node: libuv forks, and a fork copies the tables of all pages that the process has of its
 * own, which the child throws away at its exec, and Node waits for both.
 */
export const spawn: Topic = {
  name: 'spawn',
  what: "Node's own spawn(), by the size of the process, against posix_spawn()",
  measure: async ({ rounds, workshop }) => {
    const comparison = { what: 'spawn of /bin/true', unit: 'ms', base: IN_C } as const
    let program: string
    try {
      program = await workshop.program('spawn')
    } catch (error) {
      if (!(error instanceof NotHereError)) throw error
      return [{ ...comparison, sides: [absent(IN_C, error.message)] }]
    }
    const inNode = MORE_MIB.map(mib => ({
      name: mib === 0 ? 'spawn() in Node' : `spawn() in Node, with ${mib} MiB more`,
      run: () => timeOf(process.execPath, [PROGRAM, String(mib)]),
    }))
    const taken = await takeTurns<'ms'>([{ name: IN_C, run: () => timeOf(program, []) }, ...inNode], rounds)
    const sides: Side[] = taken.map(each => sideOf(each, 'ms'))
    return [{ ...comparison, sides }]
  },
}

async function timeOf(program: string, args: readonly string[]): Promise<{ ms: number }> {
  const { stdout } = await run(program, args)
  return { ms: JSON.parse(stdout).ns / 1e6 }
}
