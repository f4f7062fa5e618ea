import { expect } from 'vitest'
import { exitOf } from '../../backend/backend.ts'
import { until } from '../../life/until.ts'
import { stateOf, usedMs } from '../usage.ts'
import { countAnswers, type Misdeeds, start } from './misdeed.ts'

const REQUESTS = 50
const LEAKED_KIB = 64

export const resourcesMisdeeds: Misdeeds = {
  async 'exits-when-idle'() {
    const { sidecar } = await start('exits-when-idle')
    expect(await exitOf(sidecar)).toEqual({ code: 0, signal: null })
  },
  async 'burns-cpu'() {
    const { pid } = await start('burns-cpu')
    await until(() => usedMs(pid) >= 200, '200 ms of processor time are used')
  },
  async 'touches-32mib'() {
    const { pid } = await start('touches-32mib')
    expect(stateOf(pid).residentKib).toBeGreaterThanOrEqual(32 * 1024)
  },
  async 'leaks-descriptors'() {
    const { pid, port } = await start('leaks-descriptors')
    const before = stateOf(pid).descriptors
    expect(await countAnswers(port, REQUESTS)).toBe(REQUESTS)
    expect(stateOf(pid).descriptors).toBe(before + REQUESTS)
  },
  async 'leaks-memory'() {
    const { pid, port } = await start('leaks-memory')
    const before = stateOf(pid).residentKib
    expect(await countAnswers(port, REQUESTS)).toBe(REQUESTS)
    expect(stateOf(pid).residentKib).toBeGreaterThanOrEqual(before + REQUESTS * LEAKED_KIB)
  },
}
