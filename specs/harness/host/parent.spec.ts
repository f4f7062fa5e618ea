import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  type Host,
  type LifeIdentity,
  MARKER_VARIABLE,
  type ProcessInfo,
} from '../../../harness/host/host.ts'
import { selectHost } from '../../../harness/host/index.ts'
import { findChild, parentCommand, untilGone } from '../../../harness/host/parent.ts'
import { isAlive, PATIENCE_MS } from './families.ts'

/** Long enough for a look or two, where what is looked for does not end. */
const NOT_LONG_MS = 150

describe.skipIf(process.platform === 'win32')('a parent in between', { timeout: 2 * PATIENCE_MS }, () => {
  test('passes on what goes through the pipes, byte for byte', async () => {
    const script = `
      process.stderr.write(Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256)))
      process.stdin.pipe(process.stdout)`
    const parent = launch(process.execPath, ['-e', script])
    const sent = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256))

    parent.stdin.end(sent)
    const [out, err] = await Promise.all([buffer(parent.stdout), buffer(parent.stderr)])

    expect(out.equals(sent)).toBe(true)
    expect([...err]).toEqual(Array.from({ length: 512 }, (_, index) => index % 256))
  })

  test('gives the sidecar its environment and nothing else, and is not governed by it', async () => {
    const environment = { NODE_OPTIONS: '--require /nonexistent', LD_LIBRARY_PATH: '/nowhere', ONLY: 'this' }
    const parent = launch('/usr/bin/env', [], environment)

    const said = await text(parent.stdout)

    const expected = { ...environment, [MARKER_VARIABLE]: parent.life.marker }
    expect(said.trim().split('\n').sort()).toEqual(
      Object.entries(expected)
        .map(entry => entry.join('='))
        .sort(),
    )
  })

  test.each([
    ['exit 3', 3],
    ['kill -KILL $$', 137],
    ['kill -PIPE $$', 141],
  ])('ends with the sidecar, as a shell would: %s', async (script, expected) => {
    const parent = launch('/bin/sh', ['-c', script])

    expect(await once(parent, 'exit')).toEqual([expected, null])
  })

  test('says why a sidecar could not be launched', async () => {
    const parent = launch('/nonexistent/sidecar', [])

    const [said, exit] = await Promise.all([text(parent.stderr), once(parent, 'exit')])

    expect({ said, exit }).toEqual({ said: 'spawn /nonexistent/sidecar ENOENT\n', exit: [127, null] })
  })

  test('has one child, which is found in its tree, group and family', async () => {
    const parent = launch('/bin/sh', ['-c', 'echo $$; read -r line'])
    const sidecar = Number(await nextChunk(parent.stdout))

    const found = findChild(parent.life.pid, await host.tree(parent.life))

    expect(found).toMatchObject({ pid: sidecar, parentPid: parent.life.pid, groupId: parent.life.pid })
  })

  test('takes the pipes with it when it is killed outright: who reads stdin sees its end', async () => {
    const parent = launch('/bin/sh', ['-c', 'echo up; cat; exit 0'])
    const sidecar = await untilUp(parent)

    await kill(parent)

    expect(await untilGone(host, parent.life, sidecar, PATIENCE_MS)).toBe(true)
    expect(isAlive(sidecar.pid)).toBe(false)
  })

  test('takes the pipes with it when it is killed outright: who writes to stdout cannot any more', async () => {
    const parent = launch('/bin/sh', ['-c', 'while echo up; do sleep 0.05; done'])
    const sidecar = await untilUp(parent)

    await kill(parent)

    expect(await untilGone(host, parent.life, sidecar, PATIENCE_MS)).toBe(true)
  })

  test('leaves a sidecar that does not care, which is still seen, and killed with its life', async () => {
    const parent = launch('/bin/sh', ['-c', 'trap "" TERM HUP INT; echo up; exec sleep 1000'])
    const sidecar = await untilUp(parent)

    await kill(parent)
    // Nobody but the parent held the other ends.
    await Promise.all([text(parent.stdout), text(parent.stderr)])

    expect(await untilGone(host, parent.life, sidecar, NOT_LONG_MS)).toBe(false)
    expect((await host.tree(parent.life)).map(({ pid }) => pid)).toEqual([sidecar.pid])
    expect(await host.killTree(parent.life, PATIENCE_MS)).toEqual([])
    expect(await untilGone(host, parent.life, sidecar, 0)).toBe(true)
  })

  test('stays while the sidecar closes its stdin, and what is sent there goes nowhere', async () => {
    const parent = launch('/bin/sh', ['-c', 'exec 0<&-; echo up; sleep 0.2; echo still up; exit 5'])
    await nextChunk(parent.stdout)

    for (let index = 0; index < 10; index++) parent.stdin.write('nobody reads this\n')
    const [rest, exit] = await Promise.all([text(parent.stdout), once(parent, 'exit')])

    expect({ rest, exit }).toEqual({ rest: 'still up\n', exit: [5, null] })
  })
})

const host: Host = selectHost()

type Parent = ChildProcessByStdio<Writable, Readable, Readable> & { readonly life: LifeIdentity }

function launch(file: string, args: readonly string[], variables: Record<string, string> = {}): Parent {
  const marker = `${process.env[MARKER_VARIABLE] ?? 'spec'}.${randomUUID()}`
  const command = parentCommand({ file, args, environment: { ...variables, [MARKER_VARIABLE]: marker } })
  const child = spawn(command.file, command.args, {
    detached: true,
    env: command.environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const life = { pid: child.pid ?? 0, marker }
  // What has ended, and closed its end of stdin, is no concern of these specs.
  child.stdin.on('error', () => child.stdin.destroy())
  onTestFinished(async () => void (await host.killTree(life, PATIENCE_MS)))
  return Object.assign(child, { life })
}

/** Comes back with the sidecar when that has said something. */
async function untilUp(parent: Parent): Promise<ProcessInfo> {
  await nextChunk(parent.stdout)
  const sidecar = findChild(parent.life.pid, await host.tree(parent.life))
  if (sidecar === undefined) throw new Error('the parent has no child')
  return sidecar
}

async function kill(parent: Parent): Promise<void> {
  const exit = once(parent, 'exit')
  host.signal(parent.life.pid, 'SIGKILL')
  expect(await exit).toEqual([null, 'SIGKILL'])
}

async function nextChunk(stream: Readable): Promise<string> {
  const [chunk] = await once(stream, 'data', { signal: AbortSignal.timeout(PATIENCE_MS) })
  return String(chunk)
}
