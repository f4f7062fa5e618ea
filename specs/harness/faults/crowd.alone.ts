import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, type TestContext } from 'vitest'
import { hasCompiler, makeNative, NEEDS_COMPILER, SOUND } from '../../../fixtures/native/make.ts'
import type { VerdictDocument } from '../../../harness/report/verdict-document.ts'
import { type Place, test } from '../cli/command.ts'
import { expectNothingLeft, soundSidecar } from './surroundings.ts'

/* Other processes on the machine: many that sleep, and many that are gone before anybody has looked at them. */

const sidecar = soundSidecar()
const compiles = await hasCompiler()

/** Starts a shell program as the leader of a group, and waits until it has said something. It ends when it is told to, or the test. */
async function startBeside(
  script: string,
  onTestFinished: TestContext['onTestFinished'],
): Promise<() => Promise<void>> {
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  const gone = once(child, 'exit')
  const end = async () => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      process.kill(-child.pid, 'SIGKILL')
    }
    await gone
  }
  onTestFinished(end)
  await once(child.stdout as NodeJS.ReadableStream, 'data')
  return end
}

/** How long a gate takes, that is passed. */
async function gateMs(place: Place, file: string): Promise<number> {
  const startedAtMs = performance.now()
  const { code, stdout, stderr } = await place.run('check', file)
  const tookMs = performance.now() - startedAtMs
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' })
  return tookMs
}

const CROWD = 1_000
const MOST_TIMES = 1.5
/** So many chances to be disturbed by nothing else. */
const TURNS = 4

test(`${CROWD} other processes change no verdict, and make a gate ${MOST_TIMES} times as long at the most`, {
  timeout: 180_000,
}, async ({ place, skip, onTestFinished }) => {
  skip(!compiles, NEEDS_COMPILER)
  const file = await makeNative(SOUND, place.directory)
  await gateMs(place, file)
  const alone: number[] = []
  const crowded: number[] = []
  // In turns: a machine may be half as quick a minute later.
  for (let turn = 0; turn < TURNS; turn++) {
    alone.push(await gateMs(place, file))
    const endCrowd = await startBeside(
      `i=0; while [ $i -lt ${CROWD} ]; do sleep 1000 & i=$((i + 1)); done; echo up; wait`,
      onTestFinished,
    )
    crowded.push(await gateMs(place, file))
    await endCrowd()
  }

  // The quickest of some, since what disturbs only ever makes it longer.
  const [aloneMs, crowdedMs] = [Math.min(...alone), Math.min(...crowded)]
  process.stdout.write(
    `a gate alone ${aloneMs.toFixed(0)} ms, beside ${CROWD} processes ${crowdedMs.toFixed(0)} ms: × ${(crowdedMs / aloneMs).toFixed(2)}\n`,
  )
  expect(crowdedMs / aloneMs).toBeLessThanOrEqual(MOST_TIMES)
  await expectNothingLeft(place)
})

/** What became of each clause; of two that hold only sometimes on any machine, whether they failed. */
function outcomesIn(place: Place): Readonly<Record<string, string>> {
  const document: VerdictDocument = JSON.parse(readFileSync(join(place.directory, 'gate.json'), 'utf8'))
  const clauses = document.sidecars.flatMap(({ clauses }) => clauses)
  // A second signal comes too late for one that is quick to end: chance decides whether it can be sent.
  return Object.fromEntries(
    clauses.filter(({ id }) => id !== 'stop/repeated-signal').map(({ id, outcome }) => [id, outcome]),
  )
}

async function judge(
  place: Place,
  file: string,
  ...args: string[]
): Promise<Readonly<Record<string, string>>> {
  const { code, stdout, stderr } = await place.run('check', file, '--reporter', 'json=gate.json', ...args)
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' })
  await expectNothingLeft(place)
  return outcomesIn(place)
}

/** How many processes the kernel has started, since it runs. */
function forks(): number {
  return Number(/^processes (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1])
}

test.for(['linux', 'posix'])(
  'hundreds of processes a second that come and go change no verdict (--host %s)',
  {
    timeout: 120_000,
  },
  async (host, { place, skip, onTestFinished }) => {
    skip(process.platform !== 'linux', 'how many processes were started is seen in /proc')
    const before = await judge(place, sidecar(), '--host', host)
    const churn = 'while :; do /bin/true; /bin/true & wait; done'
    await startBeside(`echo up; ${churn}`, onTestFinished)
    const [startedAtMs, forksBefore] = [performance.now(), forks()]

    const beside = await judge(place, sidecar(), '--host', host)

    const perSecond = ((forks() - forksBefore) / (performance.now() - startedAtMs)) * 1_000
    process.stdout.write(`${perSecond.toFixed(0)} processes started a second, --host ${host}\n`)
    expect(perSecond).toBeGreaterThan(100)
    expect(beside).toEqual(before)
  },
)

test('a sidecar that starts short-lived children all the time is judged by what it does', {
  timeout: 120_000,
}, async ({ place }) => {
  // They end with it: none of them is there 20 ms later.
  const file = await place.write(
    basename(sidecar()),
    `#!/bin/sh\n( while kill -0 $$ 2>/dev/null; do /bin/true; sleep 0.005; done ) > /dev/null 2>&1 &\nexec '${sidecar()}' "$@"\n`,
    0o755,
  )
  // That it is never idle is true of it.
  const skipped = ['--skip', 'resources/idle-cpu']

  expect(await judge(place, file, ...skipped)).toEqual(await judge(place, sidecar(), ...skipped))
})
