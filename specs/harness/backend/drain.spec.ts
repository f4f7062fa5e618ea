import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { type Backend, dial, exitOf, get, lineOf, MAIN, portOf, watch } from './backend.ts'
import { askAndWait, readBodyBytes, whenRefused } from './slow-reader.ts'

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

const ANSWER_BYTES = 20 * 1024 * 1024

// An app whose answer is ended at once, and far larger than what a kernel takes of it.
const ANSWERS_AT_LENGTH = `
  import { createServer } from 'node:http'
  import { prepareDrain } from '${pathToFileURL(join(MAIN, '../drain.ts'))}'

  const server = createServer((request, response) => {
    response.setHeader('Content-Length', ${ANSWER_BYTES})
    response.end(Buffer.alloc(${ANSWER_BYTES}), () => process.stderr.write('all is sent\\n'))
    process.stderr.write('answered\\n')
  })
  const stop = prepareDrain(server)
  process.on('SIGTERM', () => stop('SIGTERM'))
  server.listen(0, '127.0.0.1', () => process.stdout.write('BACKEND_PORT:' + server.address().port + '\\n'))
`

it('a drain ends with 0 after half of the usual grace period when an answer never comes', async () => {
  const backend = startApp(NEVER_ANSWERS)
  const { received } = await dial(await portOf(backend), get('/'))

  backend.child.kill('SIGTERM')
  await lineOf(backend, 'stderr', /^timer of 5000 ms$/m)
  expect(await received).toBe('')
  expect(await exitOf(backend)).toEqual({ code: 0, signal: null })
})

it('a drain waits for who reads an answer slowly, though the app has ended it', async () => {
  const backend = startApp(ANSWERS_AT_LENGTH)
  const port = await portOf(backend)
  const reader = await askAndWait(port, '/')
  await lineOf(backend, 'stderr', /^answered$/m)

  backend.child.kill('SIGTERM')
  await whenRefused(port)
  expect(backend.printed.stderr).not.toContain('all is sent')

  expect(await readBodyBytes(reader)).toBe(ANSWER_BYTES)
  expect(await exitOf(backend)).toEqual({ code: 0, signal: null })
})

function startApp(source: string): Backend {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source])
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return watch(child)
}
