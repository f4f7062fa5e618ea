import { once } from 'node:events'
import { get, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { describe, expect, it } from 'vitest'
import { portOf, startBackend } from './backend.ts'

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
}

/** By `http.get`: `fetch` sets Host and Origin itself. */
async function ask(port: number, headers: OutgoingHttpHeaders, method = 'GET'): Promise<Answer> {
  const request = get({ port, host: '127.0.0.1', path: '/health', method, headers, agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  return { status: response.statusCode, headers: response.headers }
}

const ALLOWED = 'access-control-allow-origin'

/** What a browser asks before it sends a request that a form could not have sent. */
const preflight = (origin: string) => ({
  origin,
  'access-control-request-method': 'GET',
  'access-control-request-headers': 'content-type',
})

describe('the reference backend', () => {
  it.each(['tauri://localhost', 'http://tauri.localhost'])('gives permission to %s', async origin => {
    const port = await portOf(startBackend())

    const answer = await ask(port, { origin })
    expect([answer.status, answer.headers[ALLOWED]]).toEqual([200, origin])
    const before = await ask(port, preflight(origin), 'OPTIONS')
    expect([before.status, before.headers[ALLOWED]]).toEqual([204, origin])
    expect(before.headers['access-control-allow-headers']).toBe('Content-Type')
  })

  it.each(['https://attacker.example', 'null', 'tauri://localhost.attacker.example'])(
    'gives none to %s',
    async origin => {
      const port = await portOf(startBackend())

      expect((await ask(port, { origin })).headers).not.toHaveProperty(ALLOWED)
      expect((await ask(port, preflight(origin), 'OPTIONS')).headers).not.toHaveProperty(ALLOWED)
    },
  )

  it('answers by the names of this machine alone', async () => {
    const port = await portOf(startBackend())
    const statusFor = async (host: string) => (await ask(port, { host })).status

    for (const host of [
      `localhost:${port}`,
      'LOCALHOST',
      `127.0.0.1:${port}`,
      '127.1.2.3',
      `[::1]:${port}`,
    ]) {
      expect(await statusFor(host), host).toBe(200)
    }
    const strangers = [`rebind.attacker.example:${port}`, 'localhost.attacker.example', '127.0.0.1.example']
    for (const host of [...strangers, '192.168.1.7', '[::2]']) {
      expect(await statusFor(host), host).toBe(403)
    }
  })
})
