import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { runGate } from '../../../harness/gate/gate.ts'
import { selectHost } from '../../../harness/host/index.ts'
import { eventsOf } from '../../../harness/recording/query.ts'
import { IDLE_WINDOW } from '../../../harness/recording/usage.ts'
import { ANNOUNCE, HEALTHY_SERVER } from '../life/programs/servers.ts'

const IDLE_MS = 400

const COMPUTE = `
  function compute(ms) {
    const before = process.cpuUsage()
    let used
    do used = process.cpuUsage(before)
    while (used.user + used.system < 1000 * ms)
  }`

/** Computes once nobody has asked for a while. */
const onceAtRest = (ms: number) => `
  let resting
  server.on('request', () => {
    clearTimeout(resting)
    resting = setTimeout(compute, 150, ${ms})
  })`

let directory: string
let programs = 0
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'idle-window-'))
})
afterAll(() => rm(directory, { recursive: true }))

/** What is said of a Node program that is left alone, and how often it was looked at for it. */
async function leaveAlone(source: string): Promise<{ outcome: string | undefined; looks: number }> {
  const file = join(directory, `program-${++programs}`)
  await writeFile(file, `#!${process.execPath}\n${HEALTHY_SERVER}${ANNOUNCE}${COMPUTE}\n${source}\n`)
  await chmod(file, 0o755)
  const resolved = resolveContract({ resources: { idleMs: IDLE_MS } }, { file: null, directory })
  const { verdict, recording } = await runGate({
    resolved,
    file,
    host: selectHost(),
    clauses: ['resources/idle-cpu'],
  })
  const looks = recording.evidence.lives.flatMap(life => eventsOf(life, 'usage'))
  return {
    outcome: verdict.clauses.find(({ id }) => id === 'resources/idle-cpu')?.outcome,
    looks: looks.filter(({ moment }) => moment === IDLE_WINDOW.end).length,
  }
}

describe.skipIf(process.platform !== 'linux')('a window in which a sidecar is left alone', () => {
  test('ends at its time where next to nothing is used', async () => {
    expect(await leaveAlone('')).toEqual({ outcome: 'pass', looks: 1 })
  })

  test('is held open where too much is used, by which what is done once becomes little', async () => {
    // More than four times what one window allows, and less than what six do.
    const { outcome, looks } = await leaveAlone(onceAtRest(90))

    expect(outcome).toBe('pass')
    expect(looks).toBeGreaterThan(1)
  })

  test('is held open no longer than that could help', async () => {
    const { outcome, looks } = await leaveAlone(onceAtRest(1_500))

    expect(outcome).toBe('warn')
    expect(looks).toBeLessThan(6)
  })

  test('fails who goes on', async () => {
    const { outcome, looks } = await leaveAlone('setInterval(compute, 40, 4)')

    expect(outcome).toBe('warn')
    expect(looks).toBeGreaterThan(1)
  })
})
