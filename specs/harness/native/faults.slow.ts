import type { SpawnOptions } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import { request } from 'undici'
import { afterEach, describe, expect, it } from 'vitest'
import { nativeFaults } from '../../../fixtures/native/make.ts'
import { exitOf, portOf } from '../backend/backend.ts'
import { endProcess } from '../life/processes.ts'
import { announceMisdeeds } from './misdeeds/announce.ts'
import { answersMisdeeds } from './misdeeds/answers.ts'
import { childrenMisdeeds, leftBehind } from './misdeeds/children.ts'
import { type Misdeeds, portIn } from './misdeeds/misdeed.ts'
import { resourcesMisdeeds } from './misdeeds/resources.ts'
import { serveMisdeeds } from './misdeeds/serve.ts'
import { siblingsMisdeeds } from './misdeeds/siblings.ts'
import { startMisdeeds } from './misdeeds/start.ts'
import { stopMisdeeds } from './misdeeds/stop.ts'
import { nativeFile, needsCompiler, startNative } from './native.ts'

needsCompiler()

const HAS_IPV6 = Object.values(networkInterfaces()).some(all => all?.some(({ address }) => address === '::1'))

const faults = (await nativeFaults()).map(({ name }) => name)

const misdeeds: Misdeeds = {
  ...startMisdeeds,
  ...announceMisdeeds,
  ...answersMisdeeds,
  ...serveMisdeeds,
  ...stopMisdeeds,
  ...childrenMisdeeds,
  ...siblingsMisdeeds,
  ...resourcesMisdeeds,
}

const LEAVE_CHILDREN = ['daemonizes-child', 'leaves-session', 'leaves-port-to-child', 'worker-in-own-session']

/** Where these are sound. */
const PLACES: Readonly<Record<string, SpawnOptions>> = {
  'needs-variable': { env: { NATIVE_SIDECAR_NEEDS: 'here' } },
  'exits-without-home': { env: { HOME: '/' } },
  'exits-at-stdin-end': { stdio: 'pipe' },
}

/** Their faults show in every life; the tests of their misdeeds tell how. */
const ON_STDOUT = [
  'stdout-block-buffered',
  'stdout-flushed-only-at-exit',
  'announces-two-times',
  'greets-on-stdout',
  'colours-status-line',
]

// What they do to a process is read from Linux's /proc.
describe.skipIf(process.platform !== 'linux')('a native sidecar with a fault', () => {
  // It would end by itself, after half a minute.
  afterEach(async () => (await leftBehind(...LEAVE_CHILDREN)).forEach(endProcess))

  it.for(faults)('%s is sound beside it: it starts, answers, and ends with 0', async (name, { skip }) => {
    skip(name === 'ipv6-only' && !HAS_IPV6, 'this machine has no IPv6 loopback address')
    const sidecar = await startNative(name, PLACES[name])
    const port = await (name === 'logs-nothing' ? portOf : portIn)(sidecar)
    const host = name === 'ipv6-only' ? '[::1]' : '127.0.0.1'
    const { statusCode, body } = await request(`http://${host}:${port}/health`, { reset: true })
    expect([statusCode, await body.json()]).toMatchObject([
      200,
      { status: 'ok', app: name === 'names-another-app' ? 'somebody-else' : 'native-sidecar' },
    ])

    sidecar.child.kill('SIGTERM')
    expect(await exitOf(sidecar)).toEqual({ code: name === 'exits-1-on-sigterm' ? 1 : 0, signal: null })
    if (!ON_STDOUT.includes(name)) expect(sidecar.printed.stdout).toBe(`BACKEND_PORT:${port}\n`)
  })

  it.for(faults)('%s has it', async (name, { skip }) => {
    skip(name === 'ipv6-only' && !HAS_IPV6, 'this machine has no IPv6 loopback address')
    const misdeed = misdeeds[name]
    if (misdeed === undefined) throw new Error(`nothing in misdeeds/ shows what ${name} does`)
    await misdeed()
  })
})

it('a native sidecar with a fault is asked for by a name that exists', async () => {
  await expect(nativeFile('single-clint')).rejects.toThrow('single-clint is no fault of the native sidecar')
})
