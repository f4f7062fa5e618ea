import { expect } from 'vitest'
import { exitOf, portOf } from '../../backend/backend.ts'
import { startNative } from '../native.ts'
import { type Answer, ask, countAnswers, type Misdeeds, start } from './misdeed.ts'

const APP_ORIGIN = { Origin: 'tauri://localhost' }
const FOREIGN_ORIGIN = { Origin: 'https://evil.example' }

/** What they answer, and what they say beside it. */
export const answersMisdeeds: Misdeeds = {
  async 'permits-no-origin'() {
    const { headers } = await healthOf('permits-no-origin', APP_ORIGIN)
    expect(headers).not.toHaveProperty('access-control-allow-origin')
  },
  async 'answers-any-host'() {
    expect((await healthOf('answers-any-host', { Host: 'evil.example' })).status).toBe(200)
  },
  async 'permits-any-origin'() {
    const { headers } = await healthOf('permits-any-origin', FOREIGN_ORIGIN)
    expect(headers).toHaveProperty('access-control-allow-origin', '*')
  },

  async 'greets-on-stdout'() {
    const { sidecar, port } = await start('greets-on-stdout')
    expect(sidecar.printed.stdout).toBe(`native-sidecar 1.0.0\nBACKEND_PORT:${port}\n`)
  },
  async 'logs-nothing'() {
    const sidecar = await startNative('logs-nothing')
    await ask(await portOf(sidecar), '/health')
    sidecar.child.kill('SIGTERM')
    await exitOf(sidecar)
    expect(sidecar.printed.stderr).toBe('')
  },
  async 'colours-status-line'() {
    const { sidecar, port } = await start('colours-status-line')
    sidecar.child.kill('SIGTERM')
    await exitOf(sidecar)
    expect(sidecar.printed.stdout).toBe(`BACKEND_PORT:${port}\nSTATUS \u001B[32mup\u001B[39m\n`)
  },
  async 'colours-log'() {
    const { sidecar, port } = await start('colours-log')
    expect(sidecar.printed.stderr).toBe(`\u001B[36mlistening on port ${port}\n`)
  },

  async 'quotes-uptime'() {
    expect((await healthOf('quotes-uptime')).body?.uptime).toEqual(expect.stringMatching(/^\d+\.\d{3}$/))
  },
  async 'names-another-app'() {
    expect((await healthOf('names-another-app')).body?.app).toBe('somebody-else')
  },
  async 'clock-five-seconds-slow'() {
    const { body } = await healthOf('clock-five-seconds-slow')
    expect(Date.now() - Date.parse(String(body?.timestamp))).toBeGreaterThanOrEqual(5_000)
  },
  async 'counts-milliseconds'() {
    const before = performance.now()
    const { port } = await start('counts-milliseconds')
    // So that it is there for more milliseconds than this test takes seconds.
    await ask(port, '/slow?ms=50')
    const { body } = await ask(port, '/health')
    expect(body?.uptime).toBeGreaterThan((performance.now() - before) / 1000)
    expect(body?.uptime).toBeGreaterThanOrEqual(50)
  },
  async 'tires-after-20-requests'() {
    const { port } = await start('tires-after-20-requests')
    expect(await countAnswers(port, 20)).toBe(20)
    const before = performance.now()
    await ask(port, '/health')
    expect(performance.now() - before).toBeGreaterThanOrEqual(149)
  },
  async 'answers-every-path'() {
    const { port } = await start('answers-every-path')
    expect(await ask(port, '/nothing')).toMatchObject({ status: 200, body: { status: 'ok' } })
  },
  async 'finds-nothing-for-head'() {
    const { port } = await start('finds-nothing-for-head')
    expect((await ask(port, '/health', { method: 'HEAD' })).status).toBe(404)
  },
}

async function healthOf(name: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { port } = await start(name)
  return ask(port, '/health', { headers })
}
