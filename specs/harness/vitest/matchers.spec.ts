import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { faults } from '../../../fixtures/faulty/catalogue.ts'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import { launch, type Sidecar } from '../../../harness/index.ts'
// Imported for what it teaches Vitest's expect, too: this is the Vitest that runs these specs.
import { expect } from '../../../harness/vitest.ts'
import { caught, test } from '../sidecar/programs.ts'

/* What each matcher says of a sidecar that keeps the promise, and of one that breaks it. */

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'matchers-'))
})
afterAll(() => rm(directory, { recursive: true }))

/** Launches the sound sidecar, or one with a fault; what its end has to say is no affair of these specs. */
async function on(name: string | null, look: (sidecar: Sidecar) => Promise<void>): Promise<void> {
  const fault = name === null ? 'none' : faults.find(candidate => candidate.name === name)
  if (fault === undefined) throw new Error(`there is no fault ${name}`)
  const binary = await makeFaulty(fault, await mkdtemp(join(directory, 'binary-')))
  const sidecar = await launch({ name: 'twin', budgets: { graceMs: 1_500 } }, { binary })
  try {
    await look(sidecar)
  } finally {
    await sidecar.stop().catch(() => {})
  }
}

describe.concurrent('a sound sidecar', () => {
  test('is healthy, listens on loopback, logs, keeps its stdout clean, exits, and leaves nothing', () =>
    on(null, async sidecar => {
      await expect(sidecar).toBeHealthy()
      await expect(sidecar).toListenOnlyOnLoopback()
      await expect(sidecar).toHaveLogged('GET /health 200')
      await expect(sidecar).toHaveLogged(/^BACKEND_PORT:\d+$/, { stream: 'stdout' })
      await expect(sidecar).not.toHaveLogged('a miracle')
      expect(sidecar).toHaveKeptStdoutClean()
      expect(sidecar).toHaveAnnouncedOnce()
      await expect(sidecar).toExitCleanly('SIGINT')
      await expect(sidecar).toLeaveNothingBehind()
    }))

  test('is not what is said of a broken one, and the failure says what was seen', () =>
    on(null, async sidecar => {
      expect((await caught(expect(sidecar).not.toBeHealthy(), Error)).message).toMatch(
        /^twin is healthy\n +expected {2}not: 200 for GET \/health, .*\n +seen {6}200 \{"status":"ok"/,
      )
      expect(() => expect(sidecar).not.toHaveKeptStdoutClean()).toThrow(
        /^twin has kept its stdout clean\n +seen +announce\/well-formed: .*\n +seen +logs\/stdout-machine-only: nothing else in 1 life/,
      )
      // Its answer may be here before the line that tells of it, and with `not` nothing is waited for.
      await sidecar.logged('GET /health 200')
      expect((await caught(expect(sidecar).not.toHaveLogged('GET /health 200'), Error)).message).toMatch(
        /^twin logged what it should not have\n +expected {2}not: a line like GET \/health 200\n +seen +.*GET \/health 200/,
      )
    }))
})

const BROKEN: readonly {
  matcher: string
  fault: string
  look: (sidecar: Sidecar) => unknown
  says: RegExp
}[] = [
  {
    matcher: 'toBeHealthy',
    fault: 'not-json',
    look: sidecar => expect(sidecar).toBeHealthy(),
    says: /^twin is not healthy\n +expected {2}200 for GET \/health, .*\n +seen {6}200 .*\n +because {3}it is no JSON/,
  },
  {
    matcher: 'toExitCleanly',
    fault: 'sigint-exits-1',
    look: sidecar => expect(sidecar).toExitCleanly('SIGINT'),
    says: /^twin does not exit cleanly\nstop\/sigint \(must\): .*\n +expected .*\n +seen {6}it exited with code 1/,
  },
  {
    matcher: 'toExitCleanly',
    fault: 'sigterm-ignored',
    look: sidecar => expect(sidecar).toExitCleanly(),
    says: /^twin does not exit cleanly\nstop\/sigterm \(must\): .*\n +expected .*\n +seen {6}still running 1\.50 s after SIGTERM/,
  },
  {
    matcher: 'toHaveKeptStdoutClean',
    fault: 'banner-on-stdout',
    look: sidecar => expect(sidecar).toHaveKeptStdoutClean(),
    says: /^twin has not kept its stdout clean\nlogs\/stdout-machine-only \(must\): .*\n +expected .*\n +seen +"/,
  },
  {
    matcher: 'toHaveAnnouncedOnce',
    fault: 'announces-twice',
    look: async sidecar => {
      await sidecar.logged('GET /health')
      expect(sidecar).toHaveAnnouncedOnce()
    },
    says: /^twin has not announced itself once\nannounce\/once \(must\): .*\n +expected .*\n +seen +2: "BACKEND_PORT/,
  },
  {
    matcher: 'toListenOnlyOnLoopback',
    fault: 'binds-all-ipv4',
    look: sidecar => expect(sidecar).toListenOnlyOnLoopback(),
    says: /^twin does not listen on loopback alone\nnet\/loopback-only \(must\): .*\n +expected .*\n +seen +it listens on 0\.0\.0\.0:\d+/,
  },
  {
    matcher: 'toLeaveNothingBehind',
    fault: 'leaves-child',
    look: sidecar => expect(sidecar).toLeaveNothingBehind(),
    says: /^twin left something behind\nstop\/no-orphans \(must\): .*\n +expected .*\n +seen +still alive: \d+/,
  },
  {
    matcher: 'toLeaveNothingBehind',
    fault: 'leaves-temporary-file',
    look: sidecar => expect(sidecar).toLeaveNothingBehind(),
    says: /^twin left something behind\nstart\/no-litter \(should\): .*\n +expected .*\n +seen .* in its temporary directory/,
  },
  {
    matcher: 'toHaveLogged',
    fault: 'says-nothing',
    look: sidecar => expect(sidecar).toHaveLogged('listening', { timeoutMs: 100 }),
    says: /^twin logged nothing like "listening" within 100 ms; it is running; stderr stayed empty/,
  },
]

test.concurrent.for(BROKEN)('$matcher tells of one that $fault', ({ fault, look, says }) =>
  on(fault, async sidecar => {
    const { message } = await caught(
      (async () => {
        await look(sidecar)
      })(),
      Error,
    )
    expect(message).toMatch(says)
    // No fixture tells it here.
    expect(message).toMatch(/\n\nWhat twin \(pid \d+\) did, and when:\n/)
  }),
)

test('what could not be judged neither holds nor fails', () =>
  on('sigterm-ignored', async sidecar => {
    const says = /^stop\/no-orphans could not be judged: stop\/sigterm does not hold/
    expect((await caught(expect(sidecar).toLeaveNothingBehind(), Error)).message).toMatch(says)
    expect((await caught(expect(sidecar).not.toLeaveNothingBehind(), Error)).message).toMatch(says)
  }))

test('what is no sidecar is told, and what it may be meant to be', async () => {
  expect(() => expect('http://127.0.0.1').toHaveKeptStdoutClean()).toThrow(
    'expect(…).toHaveKeptStdoutClean() takes a sidecar, from the fixtures `sidecar`, `sharedSidecar` and `fleet` or from launch(), and got http://127.0.0.1.',
  )
  expect(() => expect(Promise.resolve()).toHaveAnnouncedOnce()).toThrow('got a promise: await it first.')
})
