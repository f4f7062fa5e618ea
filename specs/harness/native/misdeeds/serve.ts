import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import { selectHost } from '../../../../harness/host/index.ts'
import { dial, exitOf, get } from '../../backend/backend.ts'
import { getOnce, statusesIn } from '../native.ts'
import { countAnswers, KEPT_BACK_MS, type Misdeeds, start } from './misdeed.ts'

export const serveMisdeeds: Misdeeds = {
  async 'binds-all-interfaces'() {
    expect(await addressesOf('binds-all-interfaces')).toEqual(['0.0.0.0'])
  },
  async 'second-listener'() {
    expect(await addressesOf('second-listener')).toEqual(['127.0.0.1', '127.0.0.1'])
  },
  async 'ipv6-only'() {
    expect(await addressesOf('ipv6-only')).toEqual(['::1'])
  },

  async 'dies-of-sigpipe'() {
    const { sidecar, port } = await start('dies-of-sigpipe')
    sidecar.child.stderr?.destroy()
    await dial(port, get('/health'))
    expect(await exitOf(sidecar)).toEqual({ code: null, signal: 'SIGPIPE' })
  },
  async 'blocks-on-stderr'() {
    const { sidecar, port } = await start('blocks-on-stderr')
    sidecar.child.stderr?.pause()
    const { received } = await dial(port, getOnce('/health'))
    expect(await Promise.race([received, delay(KEPT_BACK_MS, 'kept back')])).toBe('kept back')
    sidecar.child.stderr?.resume()
    expect(statusesIn(await received)).toEqual([200])
  },

  async 'drops-bursts'() {
    const { sidecar, port } = await start('drops-bursts')
    expect(await countAnswers(port, 20)).toBe(20)
    // While it is held they pile up, however slow this process is.
    sidecar.child.kill('SIGSTOP')
    expect(await countAnswers(port, 100, () => sidecar.child.kill('SIGCONT'))).toBe(32)
  },
  async 'dies-of-garbage'() {
    const { sidecar, port } = await start('dies-of-garbage')
    await dial(port, 'hello\r\n')
    expect(await exitOf(sidecar)).toEqual({ code: 1, signal: null })
  },
  async 'single-client'() {
    const { port } = await start('single-client')
    const silent = await dial(port)
    const { received } = await dial(port, getOnce('/health'))
    expect(await Promise.race([received, delay(KEPT_BACK_MS, 'kept back')])).toBe('kept back')
    silent.socket.destroy()
    expect(statusesIn(await received)).toEqual([200])
  },
}

async function addressesOf(name: string): Promise<string[]> {
  const { pid } = await start(name)
  return (await selectHost().listeners([pid])).map(({ address }) => address)
}
