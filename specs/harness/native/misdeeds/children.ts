import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { expect } from 'vitest'
import { selectHost } from '../../../../harness/host/index.ts'
import { dial, exitOf } from '../../backend/backend.ts'
import { isAlive } from '../../life/processes.ts'
import { until } from '../../life/until.ts'
import { nativeFile, startNative } from '../native.ts'
import { type Misdeeds, portIn, start, startAndAsk } from './misdeed.ts'

const CLEAN = { code: 0, signal: null }

export const childrenMisdeeds: Misdeeds = {
  async 'leaves-port-to-child'() {
    const { sidecar, port } = await startAndAsk('leaves-port-to-child')
    sidecar.child.kill('SIGINT')
    expect(await exitOf(sidecar)).toEqual(CLEAN)
    const children = await leftBehind('leaves-port-to-child')
    expect(await selectHost().listeners(children)).toMatchObject([{ address: '127.0.0.1', port }])
  },
  async 'leaves-session'() {
    const { sidecar, pid } = await startAndAsk('leaves-session')
    const session = sessionOf(pid)
    sidecar.child.kill('SIGINT')
    expect(await exitOf(sidecar)).toEqual(CLEAN)
    const [child = 0, ...others] = await leftBehind('leaves-session')
    expect(others).toEqual([])
    expect(sessionOf(child)).not.toBe(session)
  },
  async 'worker-in-own-session'() {
    const { sidecar, pid } = await start('worker-in-own-session')
    const others = async () => (await leftBehind('worker-in-own-session')).filter(other => other !== pid)
    const [worker = 0] = await others()
    await until(() => sessionOf(worker) !== sessionOf(pid), 'it has a session of its own')
    sidecar.child.kill('SIGKILL')
    expect(await exitOf(sidecar)).toEqual({ code: null, signal: 'SIGKILL' })
    expect(await others()).toEqual([worker])
  },
  async 'daemonizes-child'() {
    const sidecar = await startNative('daemonizes-child', { env: { MARK: 'daemonizes-child' } })
    const port = await portIn(sidecar)
    const session = sessionOf(sidecar.child.pid as number)
    sidecar.child.kill('SIGTERM')
    expect(await exitOf(sidecar)).toEqual(CLEAN)

    const [daemon = 0, ...others] = await leftBehind('daemonizes-child')
    expect(others).toEqual([])
    expect(isAlive(daemon)).toBe(true)
    await until(() => readFileSync(`/proc/${daemon}/environ`, 'utf8') === '', 'its environment is empty')
    expect(sessionOf(daemon)).not.toBe(session)
    // It has nothing of what the sidecar had open.
    const streams = [0, 1, 2].map(stream => readlinkSync(`/proc/${daemon}/fd/${stream}`))
    expect(streams).toEqual(Array(3).fill('/dev/null'))
    expect(await selectHost().listeners([daemon])).toEqual([])
    await expect(dial(port)).rejects.toThrow('ECONNREFUSED')
  },
}

/** Those of these faults that are there now: what they have left behind, and who has not ended yet. */
export async function leftBehind(...names: readonly string[]): Promise<number[]> {
  const files = await Promise.all(names.map(name => nativeFile(name)))
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return pids.filter(pid => isAlive(pid) && files.includes(programOf(pid) ?? ''))
}

function programOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch {
    // Gone, or of the kernel.
    return null
  }
}

function sessionOf(pid: number): string | undefined {
  return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[3]
}
