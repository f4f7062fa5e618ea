import { describe, expect, test } from 'vitest'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import type { Connection, SignalHandling } from '../../../harness/host/host.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, aProcess, type Hang, loopback, type Script } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

const PORT = 41_234
const LISTENS: Hang = { listeners: [loopback(PORT)] }
const CLOSED: Hang = { listeners: [] }

/** Still there when the ten seconds after the signal were over. */
function hanging(hang: Hang, handling: SignalHandling = 'caught', words: readonly string[] = []): Script {
  const life = aLife('stop-sigterm').isLaunched().logs('starting').announces(PORT).isReady().isSeen().after(8)
  life.isSent('SIGTERM', { handling })
  for (const line of words) life.after(3).logs(line)
  return life.isLate('exit').isSeenHanging(hang)
}

function said(life: Script, clause: ClauseId = 'stop/sigterm', contract: ContractInput = {}) {
  return diagnosisIn(evidenceOf({ lives: [life.leaves()], contract }), clause)
}

function connection(end: Partial<Connection>): Connection {
  const local = { address: '127.0.0.1', port: PORT, remoteAddress: '127.0.0.1', remotePort: 50_000 }
  return { pid: 500, state: 'established', ...local, ...end }
}

describe('it serves on', () => {
  test.each([
    ['ignored', 'signal-set-to-be-ignored'],
    // For a moment, as a shell that forks.
    ['blocked', 'signal-without-effect'],
    ['caught', 'signal-without-effect'],
  ] as const)('with the signal %s', (handling, id) => {
    const life = hanging(LISTENS, handling).isKilled()

    expect(said(life)).toMatchObject({
      id,
      evidence: expect.arrayContaining(['it still listened on its port']),
    })
  })

  test('with the signal blocked for good', () => {
    const life = hanging({ ...LISTENS, pending: ['SIGTERM'] }, 'blocked').isKilled()

    expect(said(life)?.id).toBe('signal-blocked')
  })

  test('having begun to stop', () => {
    const life = hanging(LISTENS, 'caught', ['saving all']).isKilled()

    expect(said(life)).toMatchObject({
      id: 'stop-not-finished',
      evidence: expect.arrayContaining(['after SIGTERM it wrote: "saving all"']),
    })
  })

  test('with a line of the last request, which says nothing', () => {
    expect(said(hanging(LISTENS, 'caught', ['starting']).isKilled())?.id).toBe('signal-without-effect')
  })

  test('behind a launcher that keeps the signal', () => {
    const server = { ...loopback(PORT), pid: 700 }
    const life = aLife('stop-sigterm')
      .isLaunched()
      .announces(PORT)
      .isReady()
      .isSeen({ listeners: [server] })
    life.isSent('SIGTERM', { handling: 'caught' }).isLate('exit')
    life.isSeenHanging({ listeners: [server], processes: [aProcess(500), aProcess(700)] })

    expect(said(life.isKilled())?.id).toBe('launcher-keeps-the-signal')
  })
})

describe('it has closed its port', () => {
  test.each([
    ['nothing open', {}, 'kept-up-by-nothing-open'],
    ['a client', { connections: [connection({})] }, 'waits-for-clients'],
    [
      'a client that has hung up',
      { connections: [connection({ state: 'close wait' })] },
      'waits-for-clients',
    ],
    [
      'a connection that is being closed',
      { connections: [connection({ state: 'closing' })] },
      'kept-up-by-nothing-open',
    ],
    [
      'a database',
      { connections: [connection({ port: 50_001, remotePort: 5432 })] },
      'waits-for-a-connection-of-its-own',
    ],
    ['a child', { processes: [aProcess(500), aProcess(700, 'worker')] }, 'waits-for-a-child'],
  ] as const)('with %s', (_what, open, id) => {
    expect(said(hanging({ ...CLOSED, ...open }).isKilled())?.id).toBe(id)
  })

  test('names the child that it waits for', () => {
    const life = hanging({ processes: [aProcess(500), aProcess(700, 'worker')], waitsIn: 'do_wait' })

    expect(said(life.isKilled())?.evidence).toEqual([
      'still there: 700 (worker)',
      'nothing of it listened on its port any more',
      "its main thread waited in the kernel's do_wait",
    ])
  })

  test('and turns in a loop', () => {
    expect(said(hanging({ ...CLOSED, cpuMs: 48, waitsIn: null }).isKilled())?.id).toBe('spins-while-stopping')
  })

  test('and ends by itself behind its time', () => {
    const life = hanging(CLOSED).after(4_000).exits(0)

    expect(said(life)).toMatchObject({
      id: 'stops-too-late',
      evidence: ['it exited with 0, 14.00 s after SIGTERM; it had 10.00 s'],
    })
  })
})

describe('its runtime says what keeps it up', () => {
  const server = { type: 'tcp', local: '127.0.0.1:50000' }
  const client = { type: 'tcp', local: `127.0.0.1:${PORT}`, remote: '127.0.0.1:50001' }
  const interval = {
    repeatMs: 1_000,
    firesInMs: 400,
    name: 'tick',
    place: { file: '/app/main.js', line: 12 },
  }
  const timeout = { repeatMs: null, firesInMs: 4_200, name: '', place: null }
  const stdin = { type: 'pipe', fd: 0, stdio: 'stdin' } as const

  test.each([
    ['another server', { handles: [stdin, server], workers: 1 }, 'another-server-never-closed'],
    ['a worker', { workers: 2, timers: [interval], resources: { Timeout: 1 } }, 'worker-never-terminated'],
    ['an interval', { handles: [stdin], timers: [timeout, interval] }, 'timer-never-cleared'],
    ['stdin', { handles: [stdin], timers: [timeout] }, 'stdin-keeps-it-up'],
    ['a timer that fires once', { timers: [timeout] }, 'timer-never-cleared'],
    ['something that has no name here', { resources: { FSReqCallback: 1 } }, 'kept-up-by-nothing-open'],
  ] as const)('%s', (_what, told, id) => {
    expect(said(hanging(CLOSED).saysOfItself(told).isKilled())?.id).toBe(id)
  })

  test('in words, beside what the kernel has shown', () => {
    const told = { handles: [server, client, stdin], timers: [interval, timeout], workers: 2 }

    expect(said(hanging(CLOSED).saysOfItself(told).isKilled())?.evidence).toEqual([
      'nothing of it listened on its port any more',
      "its main thread waited in the kernel's do_epoll_wait",
      `kept alive by: a server on 127.0.0.1:50000; a timer that repeats every 1.00 s (tick, /app/main.js:12); a timer that fires in 4.20 s; 2 workers; its stdin, which it reads and which nobody has closed; a socket to 127.0.0.1:50001`,
    ])
  })

  test('while it still listens it has another fault, of which that is evidence', () => {
    const life = hanging(LISTENS).saysOfItself({ handles: [server], timers: [interval] })

    expect(said(life.isKilled())).toMatchObject({
      id: 'signal-without-effect',
      evidence: expect.arrayContaining([expect.stringMatching(/^kept alive by: a server on /)]),
    })
  })

  test('and where it turns', () => {
    const frames = [
      { name: 'look', file: '/app/main.js', line: 9 },
      { name: '', file: '/app/main.js', line: 4 },
    ]
    const life = hanging({ ...CLOSED, cpuMs: 48, waitsIn: null }).saysOfItself({ frames })

    expect(said(life.isKilled())).toMatchObject({
      id: 'spins-while-stopping',
      evidence: expect.arrayContaining([
        'it was running look (/app/main.js:9), called by a function without a name (/app/main.js:4)',
      ]),
    })
  })

  test('who ends by being asked has not stopped too late', () => {
    expect(said(hanging(CLOSED).saysOfItself({}).after(20).exits(0))?.id).toBe('kept-up-by-nothing-open')
  })
})

test('a look that nobody could take leaves what is known: that it did not end', () => {
  const life = aLife('stop-sigterm').announces(PORT).isReady().isSeen().isSent('SIGTERM').isLate('exit')

  expect(said(life.isKilled())).toMatchObject({ id: 'signal-without-effect', evidence: [] })
})
