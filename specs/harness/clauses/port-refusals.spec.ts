import { describe, expect, test } from 'vitest'
import type { Finding } from '../../../harness/clauses/clause.ts'
import { HOLDINGS, MISNOMERS } from '../../../harness/scenarios/port-refusals.ts'
import { evidenceOf, findingOf, idsWith } from './evidence.ts'
import { aLife, loopback, type Script } from './recordings.ts'

const PORT = 22_000
const SAID = `port ${PORT} is taken by another program`

/** Ends as a life does that did not end by itself. */
const cutShort = (life: Script, listeners = [loopback(PORT)]) =>
  life.isSeen({ listeners }).isSent('SIGTERM').exits(0).leaves()

/** What a life can do that is asked for a port which it cannot have, and what is said of it. */
const MISTAKES: readonly {
  readonly does: string
  readonly mistaken: (life: Script) => Script
  readonly observed: string
  readonly atMs: number
}[] = [
  {
    does: 'exits with 0',
    mistaken: life => life.after(40).logs('giving up').exits(0).leaves(),
    observed: 'it exited with code 0, 40 ms after its launch; its last words on stderr: "giving up"',
    atMs: 40,
  },
  {
    does: 'dies by a signal',
    mistaken: life => life.after(40).logs('giving up').exits('SIGABRT').leaves(),
    observed: 'SIGABRT killed it, 40 ms after its launch; its last words on stderr: "giving up"',
    atMs: 40,
  },
  {
    does: 'does not say why',
    mistaken: life => life.after(40).exits(1).leaves(),
    observed: 'it exited with code 1, 40 ms after its launch, and does not say why: stderr stayed empty',
    atMs: 40,
  },
  {
    does: 'says nothing but empty lines',
    mistaken: life => life.logs('').logs('  ').after(40).exits(1).leaves(),
    observed: 'it exited with code 1, 40 ms after its launch, and does not say why: stderr stayed empty',
    atMs: 40,
  },
  {
    does: 'says what it says at every start',
    mistaken: life => life.logs('starting').after(40).exits(1).leaves(),
    observed:
      'it exited with code 1, 40 ms after its launch, and does not say why: stderr holds nothing but what it says at every start',
    atMs: 40,
  },
  {
    does: 'stays up',
    mistaken: life => cutShort(life.logs('giving up').isLate('exit', 5_050), []),
    observed:
      'still running 5.05 s after its launch, with nothing announced; its last words on stderr: "giving up"',
    atMs: 5_050,
  },
  {
    does: 'exits with 1 when it is too late',
    mistaken: life => life.logs('giving up').isLate('exit', 5_050).after(20).exits(1).leaves(),
    observed:
      'still running 5.05 s after its launch, with nothing announced; its last words on stderr: "giving up"',
    atMs: 5_050,
  },
]

describe('port/taken', () => {
  const ID = 'port/taken'
  const asked = (scenario = 'port-taken-ipv4') => {
    const heldOn = HOLDINGS.find(holding => holding.scenario === scenario)?.address ?? null
    return aLife(scenario, { port: String(PORT), heldOn })
  }
  const judge = (life: Script) => findingOf(ID, evidenceOf({ lives: [life] }))
  const failure = (observed: string, sinceLaunchMs: number, scenario = 'port-taken-ipv4'): Finding => ({
    outcome: 'fail',
    expected: `asked for port ${PORT}, which another program holds on ${HOLDINGS.find(holding => holding.scenario === scenario)?.address}, it exits by itself within 5.00 s, with another code than 0 and a reason on stderr, and announces nothing`,
    observed,
    seen: { life: scenario, sinceLaunchMs },
  })

  test('passes with the slowest of the four', () => {
    const life = asked('port-taken-all').after(90).logs(SAID).exits(3).leaves()
    expect(judge(life)).toEqual({
      outcome: 'pass',
      observed: `a port held on 127.0.0.1, 0.0.0.0, ::, ::1 refused within 90 ms: "${SAID}"`,
    })
  })

  test('quotes the line that names the port, where there are others', () => {
    const trace = ['node:events:497', '      throw er;', `Error: EADDRINUSE 127.0.0.1:${PORT}`, '    at x:1']
    const life = asked().after(40)
    for (const line of trace) life.logs(line)
    expect(judge(life.exits(1).leaves())).toMatchObject({
      observed: expect.stringContaining(`within 40 ms: "Error: EADDRINUSE 127.0.0.1:${PORT}"`),
    })
  })

  test.each(MISTAKES)('fails when it $does', ({ mistaken, observed, atMs }) => {
    expect(judge(mistaken(asked()))).toEqual(failure(observed, atMs))
  })

  test.each(HOLDINGS)('is judged on $address', ({ scenario }) => {
    const life = asked(scenario).after(40).logs(SAID).exits(0).leaves()
    const said = `it exited with code 0, 40 ms after its launch; its last words on stderr: "${SAID}"`
    expect(judge(life)).toEqual(failure(said, 40, scenario))
  })

  test('passes with a reason on a stdout that may hold anything, and asks for one there as well', () => {
    const contract = { logs: { stdout: [/^/] } }
    const judged = (life: Script) => findingOf(ID, evidenceOf({ contract, lives: [life] }))

    const told = asked().after(40).writes('stdout', `${SAID}\n`).exits(1).leaves()
    expect(judged(told)).toMatchObject({ observed: expect.stringContaining(`within 40 ms: "${SAID}"`) })
    expect(judged(asked().after(40).exits(1).leaves())).toMatchObject({
      outcome: 'fail',
      expected: expect.stringContaining('and a reason on stderr or stdout, and announces nothing'),
      observed: expect.stringContaining('does not say why: stderr or stdout stayed empty'),
    })
  })

  test('takes the same words with other numbers for the same words', () => {
    const usual = aLife('stop-sigterm').logs('12:00:01 [500] starting').announces().isReady().isSeen()
    const life = asked().logs('12:00:02 [733] starting').after(40).exits(1).leaves()
    expect(findingOf(ID, evidenceOf({ lives: [usual.stopsOn('SIGTERM'), life] }))).toMatchObject({
      outcome: 'fail',
      observed: expect.stringContaining('stderr holds nothing but what it says at every start'),
    })
  })

  describe.each(['port-taken-ipv4', 'port-taken-ipv6'])('in %s', scenario => {
    test('fails when it announces the port, and then refuses', () => {
      const life = asked(scenario).announces(PORT).isAsked('first', { fails: 'ECONNRESET' })
      expect(judge(life.logs(SAID).exits(1).leaves())).toEqual(
        failure('it announced that port all the same, where the other program answers', 40, scenario),
      )
    })

    test('fails when it picks another port without a word', () => {
      const life = cutShort(asked(scenario).announces(41_234).isReady(), [loopback(41_234)])
      expect(judge(life)).toEqual(failure('it announced port 41234 instead', 40, scenario))
    })
  })

  test('fails when it is answered where the other program listens, though nobody can see by whom', () => {
    const unseen = (life: Script) => life.announces().isReady().lookFails('lsof is not installed')
    const lives = [
      unseen(aLife('stop-sigterm')).stopsOn('SIGTERM'),
      unseen(aLife('port-explicit', { port: '41234' })).stopsOn('SIGTERM'),
      asked().announces(PORT).isReady().lookFails('lsof is not installed').exits(0).leaves(),
    ]
    expect(findingOf(ID, evidenceOf({ lives, clauses: [ID] }))).toMatchObject({ outcome: 'fail' })
  })

  test('fails when it shares the port', () => {
    const said =
      'it announced that port all the same, and listens there too, as two instances of it would (SO_REUSEPORT): each gets a part of the connections'
    expect(judge(cutShort(asked().announces(PORT).isReady()))).toEqual(failure(said, 40))
    // On all addresses, where the one that is dialled is not the one that is held.
    const everywhere = asked('port-taken-all-ipv4').announces(PORT).isReady()
    expect(judge(cutShort(everywhere, [loopback(PORT, '0.0.0.0')]))).toEqual(
      failure(said, 40, 'port-taken-all-ipv4'),
    )
  })

  describe('beside another program on ::1', () => {
    const beside = () => cutShort(asked('port-taken-ipv6').announces(PORT).isReady())

    test('passes when it serves where it has announced', () => {
      expect(judge(beside())).toEqual({
        outcome: 'pass',
        observed: `a port held on 127.0.0.1, 0.0.0.0, :: refused within 40 ms: "${SAID}"; beside another program on ::1 it serves on 127.0.0.1:${PORT} itself`,
      })
    })

    test('fails when it usually listens there too', () => {
      const listeners = [loopback(41_234), loopback(41_234, '::1')]
      const usual = aLife('stop-sigterm').logs('up').announces().isReady().isSeen({ listeners })
      const evidence = evidenceOf({ lives: [usual.stopsOn('SIGTERM'), beside()] })
      expect(findingOf(ID, evidence)).toEqual(
        failure(
          'it announced that port all the same, and makes do with 127.0.0.1: who takes localhost for ::1 reaches the other program',
          40,
          'port-taken-ipv6',
        ),
      )
    })
  })

  test('is judged by those that could be had', () => {
    const without = { 'port-taken-ipv6': null, 'port-taken-all': null }
    expect(findingOf(ID, evidenceOf({ without }))).toEqual({
      outcome: 'pass',
      observed: `a port held on 127.0.0.1, 0.0.0.0 refused within 40 ms: "${SAID}"`,
    })
  })
})

describe('port/invalid', () => {
  const ID = 'port/invalid'
  const asked = (scenario = 'port-invalid-word') => {
    const spell = MISNOMERS.find(misnomer => misnomer.scenario === scenario)?.spell
    return aLife(scenario, { port: spell?.(PORT) ?? null })
  }
  const judge = (life: Script) => findingOf(ID, evidenceOf({ lives: [life] }))
  const failure = (port: string, observed: string, atMs: number, life = 'port-invalid-word'): Finding => ({
    outcome: 'fail',
    expected: `asked for the port "${port}", it exits by itself within 5.00 s, with another code than 0 and a reason on stderr, and announces nothing`,
    observed,
    seen: { life, sinceLaunchMs: atMs },
  })

  test('passes with what was refused', () => {
    expect(findingOf(ID, evidenceOf())).toEqual({
      outcome: 'pass',
      observed: '"abc", "-1", "70000", "22000.5" refused within 40 ms: "PORT is "abc", which is no port"',
    })
  })

  test.each(MISTAKES)('fails when it $does', ({ mistaken, observed, atMs }) => {
    expect(judge(mistaken(asked()))).toEqual(failure('abc', observed, atMs))
  })

  test.each([
    ['port-invalid-word', 'abc', 41_234],
    ['port-invalid-negative', '-1', 41_234],
    ['port-invalid-large', '70000', 4_464],
    ['port-invalid-fraction', '22000.5', PORT],
  ])('fails in %s when it takes %s for %i', (scenario, text, port) => {
    const life = cutShort(asked(scenario).announces(port).isReady(), [loopback(port)])
    const evidence = evidenceOf({ lives: [life] })
    expect(findingOf(ID, evidence)).toEqual(failure(text, `it announced port ${port}`, 40, scenario))
    expect(idsWith('fail', evidence)).toEqual([ID])
  })
})
