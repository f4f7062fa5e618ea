import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { dial, exitOf, get, lineOf, watch } from '../../backend/backend.ts'
import { endProcess } from '../../life/processes.ts'
import { until } from '../../life/until.ts'
import { nativeFile, startNative } from '../native.ts'
import { ask, type Misdeeds, portIn, start, startAndAsk } from './misdeed.ts'

// A sound one looks for its parent four times a second.
const TWO_LOOKS_MS = 500

const CLEAN = { code: 0, signal: null }
const FAILED = { code: 1, signal: null }

// As proc(5) has it: signal 1 is the lowest bit.
const SIGTERM_BIT = 1n << 14n

export const stopMisdeeds: Misdeeds = {
  async 'aborts-on-sigint'() {
    const { sidecar } = await start('aborts-on-sigint')
    sidecar.child.kill('SIGINT')
    expect(await exitOf(sidecar)).toEqual({ code: null, signal: 'SIGABRT' })
    expect(sidecar.printed.stderr).toMatch(/goodbye\n$/)
  },
  async 'exits-1-on-sigterm'() {
    const { sidecar } = await startAndAsk('exits-1-on-sigterm')
    sidecar.child.kill('SIGTERM')
    expect(await exitOf(sidecar)).toEqual(FAILED)
  },
  async 'exits-1-on-request'() {
    const { sidecar, port } = await startAndAsk('exits-1-on-request')
    expect((await ask(port, '/shutdown', { method: 'POST' })).status).toBe(202)
    expect(await exitOf(sidecar)).toEqual(FAILED)
  },
  async 'exits-1-when-kept-alive'() {
    const { sidecar, port } = await start('exits-1-when-kept-alive')
    const { socket } = await dial(port, get('/health'))
    await once(socket, 'data')
    sidecar.child.kill('SIGTERM')
    expect(await exitOf(sidecar)).toEqual(FAILED)
  },
  async 'exits-1-when-anybody-is-silent'() {
    const { sidecar, port } = await startAndAsk('exits-1-when-anybody-is-silent')
    await dial(port)
    sidecar.child.kill('SIGTERM')
    expect(await exitOf(sidecar)).toEqual(FAILED)
  },
  async 'never-looks-for-parent'() {
    const parent = spawn('sh', [
      '-c',
      '"$0" & echo "pid $!" >&2; wait',
      await nativeFile('never-looks-for-parent'),
    ])
    const family = watch(parent)
    const [, pid] = await lineOf(family, 'stderr', /^pid (\d+)$/m)
    onTestFinished(() => endProcess(Number(pid)))
    const port = await portIn(family)
    parent.kill('SIGKILL')
    await delay(TWO_LOOKS_MS)
    expect((await ask(port, '/health')).status).toBe(200)
  },
  async 'dies-of-sighup'() {
    const { sidecar } = await start('dies-of-sighup')
    sidecar.child.kill('SIGHUP')
    expect(await exitOf(sidecar)).toEqual({ code: null, signal: 'SIGHUP' })
  },
  async 'cuts-response'() {
    const { sidecar, port } = await start('cuts-response')
    const { socket, received } = await dial(port, get('/slow?ms=1000'))
    await once(socket, 'data')
    sidecar.child.kill('SIGTERM')
    expect(await received).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(await received).not.toMatch(/"waited"/)
    expect(await exitOf(sidecar)).toEqual(CLEAN)
  },
  async 'second-signal-kills'() {
    const { sidecar, port } = await start('second-signal-kills')
    await dial(port, get('/slow?ms=4000'))
    await lineOf(sidecar, 'stderr', /^GET \/slow 200$/m)
    sidecar.child.kill('SIGTERM')
    await lineOf(sidecar, 'stderr', /^stopping: SIGTERM$/m)
    sidecar.child.kill('SIGINT')
    expect(await exitOf(sidecar)).toEqual({ code: null, signal: 'SIGINT' })
  },
  async 'late-handlers'() {
    const sidecar = await startNative('late-handlers')
    const { child } = sidecar
    await until(() => (ignoredBy(child.pid as number) & SIGTERM_BIT) !== 0n, 'it is deaf')
    child.kill('SIGTERM')
    child.kill('SIGINT')
    await portIn(sidecar)
    expect(sidecar.printed.stderr).not.toContain('stopping')
  },
}

function ignoredBy(pid: number): bigint {
  const [, mask = '0'] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
  return BigInt(`0x${mask}`)
}
