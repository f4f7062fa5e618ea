import { type ChildProcess, spawn } from 'node:child_process'

/** Ends with whoever started it. */
const BUSY_LOOP = 'const parent = process.ppid; while (process.ppid === parent);'

/** Keeps the machine busy with so many loops until `end` is called. */
export function startBusyLoops(count: number): { end(): Promise<void> } {
  const loops = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', BUSY_LOOP], { stdio: 'ignore' }),
  )
  return {
    async end() {
      const gone = loops.map(untilGone)
      for (const loop of loops) loop.kill('SIGKILL')
      await Promise.all(gone)
    },
  }
}

function untilGone(loop: ChildProcess): Promise<unknown> {
  return new Promise(resolve => loop.once('exit', resolve))
}
