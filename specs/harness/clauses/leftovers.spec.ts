import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf } from './evidence.ts'
import { aLife, aProcess, type Remains } from './recordings.ts'

/** The evidence of a gate whose baseline leaves this behind. */
function leaving(remains: Remains) {
  const life = aLife('stop-sigterm').announces().isReady().isSeen().after(5).isSent('SIGTERM').after(5)
  return evidenceOf({ lives: [life.exits(0).leaves(remains)] })
}

/** A sidecar that has to be killed, whatever is asked of it: what is left then is the harness's doing. */
function unstoppable() {
  const hang = (id: string, signal: 'SIGTERM' | 'SIGINT') =>
    aLife(id).announces().isReady().isSeen().isSent(signal).isLate('exit').isKilled().leaves()
  return evidenceOf({ only: [hang('stop-sigterm', 'SIGTERM'), hang('stop-sigint', 'SIGINT')] })
}

describe('stop/frees-port', () => {
  const EXPECTED =
    'once it has exited nothing of its tree listens on its port, and the port can be bound again'
  const taken = (pid: number) => ({
    free: false,
    error: 'EADDRINUSE',
    holders: [{ address: '127.0.0.1', port: 41_234, pid }],
  })

  test('passes when it can be bound again', () => {
    expect(findingOf('stop/frees-port', evidenceOf())).toEqual({
      outcome: 'pass',
      observed: 'bound again at once',
    })
  })

  test('is skipped where nobody could look', () => {
    const { lives, ...rest } = evidenceOf()
    const blind = lives.map(life => ({
      ...life,
      events: life.events.map(event =>
        event.type === 'port-freed'
          ? ({ atMs: event.atMs, type: 'lookup-failed', what: 'what was left', message: 'no table' } as const)
          : event,
      ),
    }))
    expect(findingOf('stop/frees-port', { ...rest, lives: blind })).toEqual({
      outcome: 'skipped',
      reason: 'what was left could not be seen: no table',
    })
  })

  test('fails when something that it left behind listens there', () => {
    const evidence = leaving({ port: taken(777), processes: [aProcess(777)] })
    expect(findingOf('stop/frees-port', evidence)).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed: 'process 777, which it left behind, listens on 127.0.0.1:41234',
      seen: { life: 'stop-sigterm', sinceLaunchMs: 55 },
    })
  })

  test('passes when only the kernel keeps it, and says so', () => {
    const evidence = leaving({ port: { free: false, error: 'EADDRINUSE' } })
    expect(findingOf('stop/frees-port', evidence)).toEqual({
      outcome: 'pass',
      observed: 'nobody listens there; the kernel keeps it for a minute (TIME_WAIT)',
    })
  })

  test('does not blame it for another program that took the port, when other lives show its own end', () => {
    expect(findingOf('stop/frees-port', leaving({ port: taken(9) }))).toMatchObject({ outcome: 'pass' })
  })

  test('fails when in every life somebody listens there, though nothing shows that it is one of its own', () => {
    const { lives, ...rest } = leaving({ port: taken(9) })
    const evidence = { ...rest, lives: lives.filter(({ id }) => id === 'stop-sigterm') }
    expect(findingOf('stop/frees-port', evidence)).toMatchObject({
      outcome: 'fail',
      observed: 'process 9 listens on 127.0.0.1:41234',
    })
  })

  test('is blocked when every life had to be killed', () => {
    expect(findingOf('stop/frees-port', unstoppable())).toEqual({ outcome: 'blocked', by: 'stop/sigterm' })
  })
})

describe('stop/no-orphans', () => {
  test('passes when nothing is left', () => {
    expect(findingOf('stop/no-orphans', evidenceOf())).toEqual({ outcome: 'pass', observed: 'nothing left' })
  })

  test('fails for every process that is left, with its command', () => {
    const processes = [aProcess(777, 'python3'), aProcess(778, 'evil\u001B[2J\n')]
    expect(findingOf('stop/no-orphans', leaving({ processes }))).toEqual({
      outcome: 'fail',
      expected: 'once it has exited no process that it started is left',
      observed: 'still alive: 777 (python3), 778 (evil\\x1b[2J\\n)',
      seen: { life: 'stop-sigterm', sinceLaunchMs: 55 },
    })
  })

  test('is skipped when what was left could not be seen', () => {
    const life = aLife('stop-sigterm').announces().isReady().isSeen().isSent('SIGTERM').exits(0)
    const evidence = evidenceOf({
      lives: [life.lookFails('ps is not installed').leaves({ processes: 'unknown' })],
    })
    expect(findingOf('stop/no-orphans', evidence)).toEqual({
      outcome: 'skipped',
      reason: 'what was left could not be seen: ps is not installed',
    })
  })

  test('fails for what is left in a life, though another could not be looked at', () => {
    const blind = aLife('stop-sigterm').announces().isReady().isSeen().isSent('SIGTERM').exits(0)
    const left = aLife('stop-sigint').announces().isReady().isSeen().isSent('SIGINT').exits(0)
    const evidence = evidenceOf({
      lives: [
        blind.lookFails('ps is not installed').leaves({ processes: 'unknown' }),
        left.leaves({ processes: [aProcess(777)] }),
      ],
    })
    expect(findingOf('stop/no-orphans', evidence)).toMatchObject({
      outcome: 'fail',
      seen: { life: 'stop-sigint' },
    })
  })

  test('is blocked when every life had to be killed', () => {
    expect(findingOf('stop/no-orphans', unstoppable())).toEqual({ outcome: 'blocked', by: 'stop/sigterm' })
  })
})

describe('on Windows, where every signal kills', () => {
  const WINDOWS = { kind: 'windows' } as const

  test('nothing is said of what a signal has ended', () => {
    for (const id of ['stop/frees-port', 'stop/no-orphans'] as const) {
      expect(findingOf(id, evidenceOf({ host: WINDOWS }))).toMatchObject({ outcome: 'skipped' })
    }
  })

  test('what has ended on request is judged', () => {
    const contract = { stop: { requests: [{ line: 'quit' }] } }
    const left = aLife('requested.1').announces().isReady().isTold('line').after(5).exits(0)
    const evidence = evidenceOf({
      contract,
      host: WINDOWS,
      lives: [left.leaves({ processes: [aProcess(777, 'python')] })],
    })
    expect(findingOf('stop/no-orphans', evidence)).toMatchObject({
      outcome: 'fail',
      observed: 'still alive: 777 (python)',
      seen: { life: 'requested.1' },
    })
    expect(findingOf('stop/no-orphans', evidenceOf({ contract, host: WINDOWS }))).toEqual({
      outcome: 'pass',
      observed:
        'nothing left in its group, nor among its children (who left both cannot be seen on this system)',
    })
  })
})
