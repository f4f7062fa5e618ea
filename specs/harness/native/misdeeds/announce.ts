import { expect } from 'vitest'
import { dial, exitOf, lineOf, portOf } from '../../backend/backend.ts'
import { startNative } from '../native.ts'
import { countAnswers, type Misdeeds, start } from './misdeed.ts'

// Only a process that is busy with something else comes too late to all of these.
const LIVES = 20

export const announceMisdeeds: Misdeeds = {
  'announces-0us-early': () => listensLateBy('announces-0us-early', 0),
  'announces-100us-early': () => listensLateBy('announces-100us-early', 100),
  'announces-1ms-early': () => listensLateBy('announces-1ms-early', 1_000),
  async 'announces-10ms-early'() {
    await listensLateBy('announces-10ms-early', 10_000)
    let refusals = 0
    for (let life = 0; life < LIVES && refusals === 0; life++) {
      const port = await portOf(await startNative('announces-10ms-early'))
      const refused = await dial(port).catch(error => error.code)
      if (refused === 'ECONNREFUSED') refusals++
    }
    expect(refusals).toBe(1)
  },

  async 'stdout-block-buffered'() {
    expect(await stdoutOf('stdout-block-buffered')).toEqual({ running: '', ended: '' })
  },
  async 'stdout-flushed-only-at-exit'() {
    const { running, ended } = await stdoutOf('stdout-flushed-only-at-exit')
    expect(running).toBe('')
    expect(ended).toMatch(/^BACKEND_PORT:\d+\n$/)
  },
}

async function listensLateBy(name: string, gapUs: number): Promise<void> {
  const { sidecar } = await start(name)
  const [, us] = await lineOf(sidecar, 'stderr', /^listening (\d+) us after the announcement$/m)
  expect(Number(us)).toBeGreaterThanOrEqual(gapUs)
}

async function stdoutOf(name: string): Promise<{ running: string; ended: string }> {
  const { sidecar, port } = await start(name)
  expect(await countAnswers(port, 1)).toBe(1)
  const running = sidecar.printed.stdout
  sidecar.child.kill('SIGTERM')
  expect(await exitOf(sidecar)).toEqual({ code: 0, signal: null })
  return { running, ended: sidecar.printed.stdout }
}
