import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { dial, exitOf, get, lineOf, MAIN, portOf, watch } from './backend.ts'

// An app with a fault of its own: it takes requests and never answers. Its timers run fifty times as
// fast, and say how long they were meant to be.
const NEVER_ANSWERS = `
  import { createServer } from 'node:http'
  import { prepareDrain } from '${pathToFileURL(join(MAIN, '../drain.ts'))}'

  const { setTimeout } = globalThis
  globalThis.setTimeout = (callback, ms) => {
    process.stderr.write('timer of ' + ms + ' ms\\n')
    return setTimeout(callback, ms / 50)
  }
  const server = createServer(() => {})
  const stop = prepareDrain(server)
  process.on('SIGTERM', () => stop('SIGTERM'))
  server.listen(0, '127.0.0.1', () => process.stdout.write('BACKEND_PORT:' + server.address().port + '\\n'))
`

it('a drain ends with 0 after half of the usual grace period when an answer never comes', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', NEVER_ANSWERS])
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const backend = watch(child)
  const { received } = await dial(await portOf(backend), get('/'))

  child.kill('SIGTERM')
  await lineOf(backend, 'stderr', /^timer of 5000 ms$/m)
  expect(await received).toBe('')
  expect(await exitOf(backend)).toEqual({ code: 0, signal: null })
})
