import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dial, exitOf, get, lineOf, portOf, watch } from '../backend/backend.ts'
import { endProcess, isAlive } from '../life/processes.ts'
import { until } from '../life/until.ts'
import { nativeFile, needsCompiler } from './native.ts'

needsCompiler()

// A parent that starts the sidecar on its own streams, says which process that is, and waits.
const PARENT = `
  const { spawn } = require('node:child_process')
  const sidecar = spawn(process.argv[1], [], { env: {}, stdio: process.argv.slice(2) })
  process.stderr.write('pid ' + sidecar.pid + '\\n')
`

describe('the native sidecar, when its parent is killed outright', () => {
  // /dev/null is at its end from the start; inherited, the pipe stays open: this spec holds the other end.
  it.each(['ignore', 'inherit'])('ends by itself, with stdin %s', async stdin => {
    const { parent, family } = await startFamily(stdin)
    await lineOf(family, 'stdout', /^BACKEND_PORT:\d+\n/)

    parent.kill('SIGKILL')
    await lineOf(family, 'stderr', /^stopping: the parent is gone$/m)
    // The streams end once nobody holds them any more, and the sidecar is the last that did.
    expect(await exitOf(family)).toEqual({ code: null, signal: 'SIGKILL' })
  })

  it('answers what is under way first', async () => {
    const { parent, family } = await startFamily('ignore')
    const { received } = await dial(await portOf(family), get('/slow?ms=800'))
    await lineOf(family, 'stderr', /^GET \/slow 200$/m)

    parent.kill('SIGKILL')
    expect(await received).toMatch(/"waited":800\}$/)
    await lineOf(family, 'stderr', /^stopping: the parent is gone\nstopped\n/m)
  })

  it('ends also when all its pipes went with the parent', async () => {
    const { parent, pid } = await startFamily('pipe', 'pipe')

    parent.kill('SIGKILL')
    await until(() => !isAlive(pid), 'the end of the orphan')
  })
})

it('the native sidecar ends when its parent was gone before it started', async () => {
  const child = spawn('sh', ['-c', 'read -r line; exec "$0"', await nativeFile()])
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const exit = once(child, 'exit')
  // As the end of a parent does: of both streams before it comes up, and only then it does.
  child.stdout.destroy()
  child.stderr.destroy()
  await Promise.all([once(child.stdout, 'close'), once(child.stderr, 'close')])
  child.stdin.end('go\n')
  expect(await exit).toEqual([0, null])
})

async function startFamily(stdin: string, outputs: 'inherit' | 'pipe' = 'inherit') {
  const parent = spawn(process.execPath, ['--eval', PARENT, await nativeFile(), stdin, outputs, outputs])
  const family = watch(parent)
  onTestFinished(() => {
    parent.kill('SIGKILL')
  })
  const [, pid] = await lineOf(family, 'stderr', /^pid (\d+)$/m)
  onTestFinished(() => endProcess(Number(pid)))
  return { parent, family, pid: Number(pid) }
}
