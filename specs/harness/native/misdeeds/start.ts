import { type SpawnOptions, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect } from 'vitest'
import { makeNative } from '../../../../fixtures/native/make.ts'
import { type Backend, exitOf, watch } from '../../backend/backend.ts'
import { freePort, nativeFile, startNative } from '../native.ts'
import { emptyDirectory, type Misdeeds, start, startAndAsk } from './misdeed.ts'

const CLEAN = { code: 0, signal: null }

export const startMisdeeds: Misdeeds = {
  'needs-variable': () => refuses('needs-variable'),
  'exits-in-root-directory': () => refuses('exits-in-root-directory', { cwd: '/' }),
  async 'percent-encodes-own-path'() {
    const file = await makeNative('percent-encodes-own-path', join(await emptyDirectory(), 'Größe 1'))
    await hasRefused(watch(spawn(file, { env: {} })))
  },
  'exits-without-home': () => refuses('exits-without-home'),
  async 'prints-debug-line'() {
    const { sidecar, port } = await start('prints-debug-line', { env: { DEBUG: '*' } })
    expect(sidecar.printed.stdout).toBe(`12 modules loaded\nBACKEND_PORT:${port}\n`)
  },
  async 'exits-at-stdin-end'() {
    expect(await exitOf(await startNative('exits-at-stdin-end'))).toEqual(CLEAN)
  },
  async 'keeps-file-beside-itself'() {
    const file = await nativeFile('keeps-file-beside-itself')
    const { sidecar, pid } = await start('keeps-file-beside-itself')
    const isKept = () => readdirSync(dirname(file)).includes(`${basename(file)}.${pid}.state`)
    expect(isKept()).toBe(true)
    sidecar.child.kill('SIGTERM')
    expect(await exitOf(sidecar)).toEqual(CLEAN)
    expect(isKept()).toBe(false)
  },
  async 'leaves-unpacked-file'() {
    const TMPDIR = await emptyDirectory()
    const { sidecar, pid } = await startAndAsk('leaves-unpacked-file', { env: { TMPDIR } })
    sidecar.child.kill('SIGTERM')
    expect(await exitOf(sidecar)).toEqual(CLEAN)
    expect(readdirSync(TMPDIR)).toEqual([`unpacked-${pid}`])
  },
  async 'announces-two-times'() {
    const { sidecar, port } = await start('announces-two-times')
    sidecar.child.kill('SIGTERM')
    await exitOf(sidecar)
    expect(sidecar.printed.stdout).toBe(`BACKEND_PORT:${port}\n`.repeat(2))
  },

  async 'one-port-for-all'() {
    const { sidecar, port } = await start('one-port-for-all')
    sidecar.child.kill('SIGTERM')
    await exitOf(sidecar)
    expect((await start('one-port-for-all')).port).toBe(port)
  },
  async 'ignores-port'() {
    const asked = await freePort()
    expect((await start('ignores-port', { env: { PORT: `${asked}` } })).port).not.toBe(asked)
  },
  async 'falls-back-when-taken'() {
    const { port: taken } = await start()
    expect((await start('falls-back-when-taken', { env: { PORT: `${taken}` } })).port).not.toBe(taken)
  },
  async 'ignores-rest-of-port'() {
    const asked = await freePort()
    expect((await start('ignores-rest-of-port', { env: { PORT: `${asked}.5` } })).port).toBe(asked)
  },
}

async function refuses(name: string, options: SpawnOptions = {}): Promise<void> {
  await hasRefused(await startNative(name, options))
}

async function hasRefused(sidecar: Backend): Promise<void> {
  expect(await exitOf(sidecar)).toEqual({ code: 1, signal: null })
  expect(sidecar.printed.stdout).toBe('')
  expect(sidecar.printed.stderr).toMatch(/^It cannot start here: /)
}
