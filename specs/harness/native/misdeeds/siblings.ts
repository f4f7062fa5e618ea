import { expect } from 'vitest'
import { exitOf } from '../../backend/backend.ts'
import { startNative } from '../native.ts'
import { emptyDirectory, type Misdeeds, startAndAsk } from './misdeed.ts'

const CLEAN = { code: 0, signal: null }
const FAILED = { code: 1, signal: null }

/** Two of each, one after the other, with the same home directory. */
export const siblingsMisdeeds: Misdeeds = {
  async 'one-in-a-home'() {
    const env = { HOME: await emptyDirectory() }
    await startAndAsk('one-in-a-home', { env })
    await refuses('one-in-a-home', env)
  },
  async 'rings-for-siblings'() {
    const env = { HOME: await emptyDirectory() }
    const first = await startAndAsk('rings-for-siblings', { env })
    const second = await startAndAsk('rings-for-siblings', { env })
    first.sidecar.child.kill('SIGTERM')
    expect(await exitOf(second.sidecar)).toEqual(CLEAN)
    expect(await exitOf(first.sidecar)).toEqual(CLEAN)
  },
  async 'refuses-a-crashed-home'() {
    const env = { HOME: await emptyDirectory() }
    await endOf('refuses-a-crashed-home', env, 'SIGTERM')
    await endOf('refuses-a-crashed-home', env, 'SIGKILL')
    await refuses('refuses-a-crashed-home', env)
  },
  async 'removes-shared-state'() {
    const env = { HOME: await emptyDirectory() }
    const first = await startAndAsk('removes-shared-state', { env })
    const second = await startAndAsk('removes-shared-state', { env })
    first.sidecar.child.kill('SIGTERM')
    expect(await exitOf(first.sidecar)).toEqual(CLEAN)
    second.sidecar.child.kill('SIGTERM')
    expect(await exitOf(second.sidecar)).toEqual(FAILED)
  },
  async 'starts-once-in-a-home'() {
    const env = { HOME: await emptyDirectory() }
    await endOf('starts-once-in-a-home', env, 'SIGTERM')
    await refuses('starts-once-in-a-home', env)
  },
}

async function endOf(name: string, env: NodeJS.ProcessEnv, signal: NodeJS.Signals): Promise<void> {
  const { sidecar } = await startAndAsk(name, { env })
  sidecar.child.kill(signal)
  await exitOf(sidecar)
}

async function refuses(name: string, env: NodeJS.ProcessEnv): Promise<void> {
  const sidecar = await startNative(name, { env })
  expect(await exitOf(sidecar)).toEqual(FAILED)
  expect(sidecar.printed.stderr).toMatch(/there is no place left in HOME/)
}
