import { describe, expect, it } from 'vitest'
import { APP_NAME, type Health } from '../../../fixtures/shared/src/index.ts'
import { lineOf, portOf, startBackend } from './backend.ts'

describe('the answers of the reference backend', () => {
  it('tells its health: who it is, the time in UTC, and how long it has been up', async () => {
    const url = `http://127.0.0.1:${await portOf(startBackend())}/health`
    const before = Date.now()
    const response = await fetch(url)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)

    const health = (await response.json()) as Health
    expect(health).toEqual({
      status: 'ok',
      app: APP_NAME,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      uptime: expect.any(Number),
    })
    expect(Date.parse(health.timestamp)).toBeGreaterThanOrEqual(before)
    expect(Date.parse(health.timestamp)).toBeLessThanOrEqual(Date.now())

    const later = (await (await fetch(url)).json()) as Health
    expect(later.uptime).toBeGreaterThan(health.uptime)
  })

  it.each(['/', '/healthz', '/no/such/path'])('are 404 and JSON for %s', async path => {
    const response = await fetch(`http://127.0.0.1:${await portOf(startBackend())}${path}`)
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ error: expect.stringContaining(path) })
  })

  it('take their time when asked to, in numbers only', async () => {
    const url = `http://127.0.0.1:${await portOf(startBackend())}/slow?ms=`
    expect(await (await fetch(`${url}20`)).json()).toEqual({ app: APP_NAME, waited: 20 })
    expect((await fetch(`${url}soon`)).status).toBe(400)
  })
})

describe('the stdout of the reference backend', () => {
  it('holds the announcement alone, also when a dependency logs', async () => {
    const chatter = 'data:text/javascript,setImmediate(() => console.log("chatter"))'
    const backend = startBackend({}, ['--import', chatter])
    const port = await portOf(backend)
    await lineOf(backend, 'stderr', /^chatter$/m)
    await fetch(`http://127.0.0.1:${port}/health`)

    expect(backend.printed.stdout).toBe(`BACKEND_PORT:${port}\n`)
    expect(backend.printed.stderr).not.toContain('\u001b')
  })
})
