import { spawn } from 'node:child_process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { exitOf, lineOf, MAIN, watch } from './backend.ts'

// A parent that starts the backend on its own streams, says which process that is, and waits.
const PARENT = `
  const { spawn } = require('node:child_process')
  const stdin = process.argv[2]
  const backend = spawn(process.execPath, [process.argv[1]], { stdio: [stdin, 'inherit', 'inherit'] })
  process.stderr.write('pid ' + backend.pid + '\\n')
`

describe('the reference backend, when its parent is killed outright', () => {
  // /dev/null is at its end from the start; inherited, the pipe stays open: this spec holds the other end.
  it.each(['ignore', 'inherit'])('ends by itself, with stdin %s', async stdin => {
    const parent = spawn(process.execPath, ['--eval', PARENT, MAIN, stdin])
    const family = watch(parent)
    onTestFinished(() => {
      parent.kill('SIGKILL')
    })
    const [, pid] = await lineOf(family, 'stderr', /^pid (\d+)$/m)
    onTestFinished(() => killIfThere(Number(pid)))
    await lineOf(family, 'stdout', /^BACKEND_PORT:\d+\n/)

    parent.kill('SIGKILL')
    await lineOf(family, 'stderr', /^stopping: the parent is gone$/m)
    // The streams end once nobody holds them any more, and the backend is the last that did.
    expect(await exitOf(family)).toEqual({ code: null, signal: 'SIGKILL' })
  })
})

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
