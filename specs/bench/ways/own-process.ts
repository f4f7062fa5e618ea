import { type ChildProcess, fork } from 'node:child_process'
import type { Times, Way } from './way.ts'

/** Those that are code of a program, and no programs themselves. */
export type InProcess = 'plain' | 'harness' | 'execa' | 'wait-on'

/** execa's way polls for half of it; a life that takes longer hangs, and the bench is not to. */
const LIFE_LIMIT_MS = 60_000

/** What came of one life. */
export type Answer = { readonly times: Times } | { readonly failure: string }

/** The same way, lived in a process that is there for it alone, from its first life to `end()`. */
export function inOwnProcess(
  { name, version, noStop }: Way,
  script: string,
  args: readonly [InProcess, ...string[]],
): Way {
  let child: ChildProcess | null = null
  return {
    name,
    ...(version === undefined ? {} : { version }),
    ...(noStop === undefined ? {} : { noStop }),
    async live(file) {
      child ??= fork(script, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
      const answer = await ask(child, file)
      if ('failure' in answer) throw new Error(answer.failure)
      return answer.times
    },
    end() {
      // It has nothing else to wait for.
      if (child?.connected) child.disconnect()
      child = null
    },
  }
}

function ask(child: ChildProcess, file: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const onExit = (code: number | null, signal: NodeJS.Signals | null) =>
    reject(new Error(`${child.spawnargs.join(' ')} ended by ${signal ?? code}`))
  const timer = setTimeout(() => {
    reject(new Error(`no life of ${file} was over after ${LIFE_LIMIT_MS} ms`))
    child.kill('SIGKILL')
  }, LIFE_LIMIT_MS)
  child.once('exit', onExit)
  child.once('message', answer => resolve(answer as Answer))
  child.send(file)
  return promise.finally(() => {
    clearTimeout(timer)
    child.off('exit', onExit)
  })
}
