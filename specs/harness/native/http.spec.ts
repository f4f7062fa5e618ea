import { once } from 'node:events'
import { type Dispatcher, request } from 'undici'
import { describe, expect, it } from 'vitest'
import { dial, get, portOf } from '../backend/backend.ts'
import { getOnce, needsCompiler, startNative, statusesIn } from './native.ts'

needsCompiler()

type Method = Dispatcher.HttpMethod

async function ask(path: string, headers: Record<string, string> = {}, method: Method = 'GET') {
  const port = await portOf(await startNative())
  return await request(`http://127.0.0.1:${port}${path}`, { method, headers, reset: true })
}

describe('the answers of the native sidecar', () => {
  it('tell its health: who it is, the time in UTC, and how long it has been up', async () => {
    const before = Date.now()
    const url = `http://localhost:${await portOf(await startNative())}/health?verbose`
    const { statusCode, headers, body } = await request(url, { reset: true })
    const health = (await body.json()) as Record<string, string | number>

    expect(statusCode).toBe(200)
    expect(headers['content-type']).toBe('application/json')
    expect(health).toEqual({
      status: 'ok',
      app: 'native-sidecar',
      version: '1.0.0',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      uptime: expect.any(Number),
    })
    const time = Date.parse(String(health.timestamp))
    expect(time).toBeGreaterThanOrEqual(before)
    expect(time).toBeLessThanOrEqual(Date.now())
    expect(health.uptime).toBeLessThanOrEqual((Date.now() - before) / 1000)

    await new Promise(resolve => setTimeout(resolve, 20))
    const later = (await (await request(url, { reset: true })).body.json()) as typeof health
    expect(Number(later.uptime) - Number(health.uptime)).toBeGreaterThanOrEqual(0.019)
  })

  it('to HEAD are those to GET, without a body', async () => {
    const port = await portOf(await startNative())
    const [head, full] = await Promise.all(
      ['HEAD', 'GET'].map(async method => {
        const { received } = await dial(port, getOnce('/nothing').replace('GET', method))
        return (await received).replace(/Date: .*/, '')
      }),
    )
    expect(head).toMatch(/^HTTP\/1\.1 404 [\s\S]*\r\nContent-Length: 21\r\n[\s\S]*\r\n\r\n$/)
    expect(full).toBe(`${head}{"error":"not found"}`)
  })

  it.each(['/', '/healthz', '/health/', '//health', '/HEALTH'])('are 404 and JSON for %s', async path => {
    const { statusCode, body } = await ask(path)
    expect(statusCode).toBe(404)
    expect(await body.json()).toEqual({ error: 'not found' })
  })

  it('take their time when asked to, in numbers only', async () => {
    const start = performance.now()
    expect(await (await ask('/slow?ms=150')).body.json()).toEqual({ app: 'native-sidecar', waited: 150 })
    expect(performance.now() - start).toBeGreaterThanOrEqual(149)
    expect((await ask('/slow?ms=soon')).statusCode).toBe(400)
  })

  it('take no longer than that', async () => {
    // Forty in a row: the parent is looked after four times a second, and an answer that waits for that comes late.
    const { socket, received } = await dial(await portOf(await startNative()), get('/slow?ms=1').repeat(40))
    socket.end()
    const start = performance.now()
    expect(statusesIn(await received)).toHaveLength(40)
    expect(performance.now() - start).toBeLessThan(3_000)
  })

  it('to what needs another method name those that there are', async () => {
    const { statusCode, headers } = await ask('/health', {}, 'DELETE')
    expect([statusCode, headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS'])
  })
})

describe('a connection to the native sidecar', () => {
  it('is kept for the next request, and closed when the client asks for that', async () => {
    const { socket, received } = await dial(await portOf(await startNative()), get('/health'))
    await once(socket, 'data')
    socket.write(getOnce('/slow?ms=30'))
    const [first, second] = (await received).split(/(?=HTTP\/1\.1)/)
    expect(first).toMatch(/\r\nConnection: keep-alive\r\n/)
    expect(second).toMatch(/\r\nConnection: close\r\n[\s\S]*\{"app":"native-sidecar","waited":30\}$/)
  })

  it('is closed after an answer to HTTP/1.0', async () => {
    const { received } = await dial(await portOf(await startNative()), 'GET /health HTTP/1.0\r\n\r\n')
    expect(await received).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\nConnection: close\r\n/)
  })

  it('gets the answers to pipelined requests in their order, however slow the first is', async () => {
    const paths = ['/slow?ms=60', '/health', '/nothing', '/slow?ms=1']
    const { socket, received } = await dial(await portOf(await startNative()), paths.map(get).join(''))
    socket.end()
    const text = await received
    expect(statusesIn(text)).toEqual([200, 200, 404, 200])
    expect(text).toMatch(/"waited":60\}[\s\S]*"status":"ok"[\s\S]*"not found"[\s\S]*"waited":1\}$/)
  })

  it('carries ten thousand pipelined requests, sent in pieces that end anywhere', async () => {
    const count = 10_000
    const all = Buffer.from(get('/health').repeat(count))
    const { socket, received } = await dial(await portOf(await startNative()))
    const piece = 1_237
    for (let at = 0; at < all.length; at += piece) {
      if (!socket.write(all.subarray(at, at + piece))) await once(socket, 'drain')
    }
    socket.end()
    expect(statusesIn(await received)).toEqual(Array(count).fill(200))
  })

  it('never takes a body for a request', async () => {
    const body = get('/health')
    const post = `POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const { received } = await dial(await portOf(await startNative()), post)
    expect(statusesIn(await received)).toEqual([405])
  })
})

describe('who may ask the native sidecar', () => {
  it.each(['127.0.0.1', '127.0.0.1:8080', 'LocalHost:1', '[::1]', '[::1]:8080'])('is Host %s', async host => {
    expect((await ask('/health', { host })).statusCode).toBe(200)
  })

  it.each(['example.com', '127.0.0.1.example.com', 'localhost.example.com:80', '0.0.0.0', '[::]', '[::1]x'])(
    'is not Host %s',
    async host => {
      expect((await ask('/health', { host })).statusCode).toBe(403)
    },
  )

  it.each(['tauri://localhost', 'http://tauri.localhost', 'https://tauri.localhost'])(
    'is the app, at %s, with a preflight or without',
    async origin => {
      const answer = await ask('/health', { origin })
      expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([200, origin])

      const preflight = await ask('/health', { origin, 'access-control-request-method': 'GET' }, 'OPTIONS')
      expect([preflight.statusCode, preflight.headers['access-control-allow-origin']]).toEqual([204, origin])
      expect(preflight.headers['access-control-allow-methods']).toContain('GET')
      expect(preflight.headers.vary).toBe('Origin')
    },
  )

  it.each(['https://example.com', 'null', 'tauri://localhost.example.com', 'http://localhost'])(
    'is no page of %s',
    async origin => {
      const preflight = await ask('/health', { origin, 'access-control-request-method': 'GET' }, 'OPTIONS')
      expect(preflight.statusCode).toBe(403)
      for (const { headers } of [preflight, await ask('/health', { origin })]) {
        expect(Object.keys(headers).filter(name => name.startsWith('access-control-'))).toEqual([])
      }
    },
  )
})
