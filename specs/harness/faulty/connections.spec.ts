import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { exitOf, lineOf, portOf, watch } from '../backend/backend.ts'
import { askAndWait, readBodyBytes, whenRefused } from '../backend/slow-reader.ts'

const ANSWER_BYTES = 20 * 1024 * 1024
const CONNECTIONS = join(import.meta.dirname, '../../../fixtures/faulty/twin/connections.ts')

const APP = `
  import { createServer } from 'node:http'
  import { watchConnections } from '${pathToFileURL(CONNECTIONS)}'

  const server = createServer()
  const connections = watchConnections(server)
  server.on('request', (request, response) => {
    response.setHeader('Content-Length', ${ANSWER_BYTES})
    response.end(Buffer.alloc(${ANSWER_BYTES}), () => process.stderr.write('all is sent\\n'))
    process.stderr.write('answered\\n')
  })
  process.on('SIGTERM', async () => {
    await connections.close()
    process.exit(0)
  })
  server.listen(0, '127.0.0.1', () => process.stdout.write('BACKEND_PORT:' + server.address().port + '\\n'))
`

it('the sound twin waits for who reads an answer slowly, though it has ended it', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', APP])
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const twin = watch(child)
  const port = await portOf(twin)
  const reader = await askAndWait(port, '/')
  await lineOf(twin, 'stderr', /^answered$/m)

  child.kill('SIGTERM')
  await whenRefused(port)
  expect(twin.printed.stderr).not.toContain('all is sent')

  expect(await readBodyBytes(reader)).toBe(ANSWER_BYTES)
  expect(await exitOf(twin)).toEqual({ code: 0, signal: null })
})
