import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { sendProbe } from '../../../harness/life/probe.ts'

const PROBE = new URL('../../../harness/life/probe.ts', import.meta.url)
const LIMIT_MS = 10_000
/** Nobody listens on the discard service's port. */
const DEAD_PROXY = 'http://127.0.0.1:9'

/** Answers each request, and never ends a connection itself. */
async function startServer(): Promise<{ port: number; head(): string; hungUp: Promise<void> }> {
  let head = ''
  const { promise: hungUp, resolve } = Promise.withResolvers<void>()
  const server = createServer(socket => {
    socket.on('data', data => {
      head += data
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
    socket.once('close', resolve)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { port: (server.address() as AddressInfo).port, head: () => head, hungUp }
}

const REQUEST = { method: 'GET', path: '/health', headers: {} }

test('a probe leaves no connection open, also where the server would keep it', async () => {
  const { port, head, hungUp } = await startServer()

  await sendProbe({ port, host: null }, REQUEST, LIMIT_MS).answer
  await hungUp

  expect(head()).toMatch(/^connection: close\r$/im)
})

test('a probe asks by the name that was announced: some servers answer to no other', async () => {
  const { port, head } = await startServer()

  await sendProbe({ port, host: 'localhost' }, REQUEST, LIMIT_MS).answer

  expect(head()).toMatch(new RegExp(`^host: localhost:${port}\\r$`, 'im'))
})

test('a probe goes past the proxy of the one who tests', async () => {
  const { port } = await startServer()
  // Node reads these when it starts: it has to be a process of its own.
  const program = `
    import { sendProbe } from ${JSON.stringify(PROBE.href)}
    const answer = await sendProbe({ port: ${port}, host: null }, ${JSON.stringify(REQUEST)}, ${LIMIT_MS}).answer
    console.log(answer.status)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    env: { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: DEAD_PROXY, http_proxy: DEAD_PROXY },
  })

  expect(stdout).toBe('200\n')
})
