import { describe, expect, test } from 'vitest'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import type { MalformedKind } from '../../../harness/recording/recording.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, type Ending, type Script } from '../clauses/recordings.ts'
import { HEAD_ANSWER, UNKNOWN_PATH } from '../clauses/sound/health.ts'
import { diagnosisIn } from './diagnosed.ts'

const diagnose = (id: ClauseId, lives: readonly Script[], contract: ContractInput = {}) =>
  diagnosisIn(evidenceOf({ contract, lives }), id)

const begin = (id: string) => aLife(id).logs('up').announces().isReady()
const ends = (life: Script, exit: number | NodeJS.Signals = 1) => life.exits(exit).leaves()
const stops = (life: Script) => life.stopsOn('SIGTERM')

const GONE: Ending = { refused: true }
const LATE: Ending = { fails: 'ETIMEDOUT', message: 'no answer within 5000 ms' }

describe('a second request', () => {
  test.each<[ClauseId, string]>([
    ['health/concurrent', 'questions'],
    ['health/latency', 'latency'],
    ['health/malformed-requests', 'strangers'],
    ['logs/closed-pipes', 'closed-pipes'],
  ])('that is not answered: %s', (clause, scenario) => {
    const contract = { levels: { [clause]: 'must' } } as ContractInput
    const silent = stops(begin(scenario).isAsked('check', LATE))
    expect(diagnose(clause, [silent], contract)?.id).toBe('no-second-answer')
    const gone = ends(begin(scenario).isAsked('check', GONE), 0)
    const found = diagnose(clause, [gone], contract)
    expect(found?.id).toBe('no-second-answer')
    expect(found?.evidence).toEqual(['GET /health: 200 after 2.0 ms', 'it exited with code 0'])
  })

  test('that is answered, and then none', () => {
    const life = begin('undrained-stderr').isVolleyed('load', { path: '/unknown' }).isAsked('check', LATE)
    const contract = { levels: { 'logs/undrained-stderr': 'must' } } as const
    expect(diagnose('logs/undrained-stderr', [stops(life)], contract)?.id).toBe('answers-no-more')
  })
})

describe('health/concurrent', () => {
  const burst = (...failures: string[]) =>
    begin('questions')
      .isAsked('check')
      .isVolleyed('burst', { failures: failures.map((what, index) => ({ what, count: index + 1 })) })

  test.each<[string, string[], string]>([
    ['a limit', ['status 429'], 'burst-refused'],
    ['a pool that is empty', ['status 503'], 'burst-refused'],
    ['a lock', ['status 500'], 'burst-fails'],
    ['one by one', ['no answer within 10000 ms'], 'burst-unanswered'],
    ['a full backlog', ['ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:41234'], 'burst-drops-connections'],
    ['a limit of connections', ['ECONNRESET: read ECONNRESET'], 'burst-drops-connections'],
    ['what came most often counts', ['ECONNRESET: read ECONNRESET', 'status 503'], 'burst-refused'],
  ])('%s', (_what, failures, id) => {
    expect(diagnose('health/concurrent', [stops(burst(...failures))])?.id).toBe(id)
  })

  test('an end is an end, however many were answered', () => {
    const life = ends(burst('ECONNRESET: read ECONNRESET').isAsked('check', GONE), 'SIGSEGV')
    const found = diagnose('health/concurrent', [life])
    expect(found?.id).toBe('burst-ends-it')
    expect(found?.evidence).toEqual(['SIGSEGV killed it'])
  })

  test('nobody is answered after them', () => {
    const life = stops(burst().isAsked('check', LATE))
    expect(diagnose('health/concurrent', [life])?.id).toBe('burst-leaves-it-deaf')
  })
})

describe('health/latency', () => {
  const BESIDE = { requests: 1, machineMs: 0.5, latenciesMs: [180] } as const
  const probed = (latenciesMs: readonly number[]) => {
    const life = begin('latency').isAsked('check').isVolleyed('load', { requests: 20 })
    life.isVolleyed('latency', { requests: latenciesMs.length, latenciesMs })
    return stops(life.isVolleyed('latency', BESIDE).isVolleyed('latency', BESIDE))
  }

  test.each<[string, readonly number[], string]>([
    ['now and then', [1, 1, 180, 1, 180], 'slow-at-times'],
    ['quick at first', [180, 190], 'slows-down'],
  ])('%s', (_what, latenciesMs, id) => {
    expect(diagnose('health/latency', [probed(latenciesMs)])?.id).toBe(id)
  })
})

describe('health/unknown-path', () => {
  const asked = (ending: Ending) =>
    begin('questions')
      .isAsked('check')
      .isVolleyed('burst')
      .isAsked('check')
      .isAsked('unknown path', ending, { path: UNKNOWN_PATH })

  test('that is answered as that for its health', () => {
    expect(diagnose('health/unknown-path', [stops(asked({}).isAsked('check'))])?.id).toBe('catch-all-route')
  })

  test('that is answered by a page', () => {
    const page: Ending = { contentType: 'text/html', body: '<!doctype html>', schemaProblems: [] }
    const life = stops(asked(page).isAsked('check'))
    expect(diagnose('health/unknown-path', [life])?.id).toBe('page-for-every-path')
  })

  test('that ends it', () => {
    expect(diagnose('health/unknown-path', [ends(asked(GONE).isAsked('check', GONE))])?.id).toBe(
      'unknown-path-ends-it',
    )
  })

  test('that silences it', () => {
    expect(diagnose('health/unknown-path', [stops(asked(LATE).isAsked('check', LATE))])?.id).toBe(
      'unknown-path-silences-it',
    )
  })
})

describe('health/malformed-requests', () => {
  const ID = 'health/malformed-requests'
  const met = (id: string) => begin(id).isAsked('check')
  const together = () => ends(met('strangers').isSentBytes('malformed', 'all').isAsked('check', GONE))

  test.each<[MalformedKind, string]>([
    ['no HTTP', 'garbage-ends-it'],
    ['request line', 'garbage-ends-it'],
    ['header', 'garbage-ends-it'],
    ['target', 'odd-url-ends-it'],
    ['body', 'abort-ends-it'],
    ['given up', 'abort-ends-it'],
    ['size', 'size-ends-it'],
  ])('of which one ends it: %s', (kind, id) => {
    const life = met('strangers.1').isSentBytes('malformed', 'harmless', { kind: 'no HTTP' }).isAsked('check')
    life.isSentBytes('malformed', 'the culprit', { kind }).isAsked('check', GONE)
    const found = diagnose(ID, [together(), ends(life)])
    expect(found?.id).toBe(id)
    expect(found?.evidence[0]).toBe('the last was the culprit')
  })

  test('that end it together, and one by one do not', () => {
    const life = met('strangers.1').isSentBytes('malformed', 'a', { kind: 'size' }).isAsked('check')
    expect(diagnose(ID, [together(), stops(life)])?.id).toBe('malformed-ends-it')
  })

  test('after which it answers no more', () => {
    const life = met('strangers').isSentBytes('malformed', 'a', { kind: 'size' }).isAsked('check', LATE)
    expect(diagnose(ID, [stops(life)])?.id).toBe('malformed-request-deafens-it')
  })
})

describe('health/idle-connections', () => {
  const held = (look: Ending) =>
    begin('strangers')
      .isAsked('check')
      .isSentBytes('malformed', 'a')
      .isAsked('check')
      .isHeldOpen()
      .isAsked('check', look)

  test('that keep others waiting', () => {
    const found = diagnose('health/idle-connections', [stops(held(LATE))])
    expect(found?.id).toBe('silent-connections-block-others')
    expect(found?.evidence[0]).toBe('2 such connections were open')
  })

  test('that end it', () => {
    expect(diagnose('health/idle-connections', [ends(held(GONE))])?.id).toBe('open-connections-end-it')
  })
})

describe('health/head', () => {
  const contract = { levels: { 'health/head': 'must' } } as const
  const headed = (answer: string, receivedBytes = answer.length) => {
    const life = begin('questions').isAsked('check').isVolleyed('burst').isAsked('check')
    life.isAsked('unknown path', { status: 404 }, { path: UNKNOWN_PATH }).isAsked('check')
    return stops(life.isSentBytes('head', 'HEAD', { answer, receivedBytes, end: 'still open' }))
  }

  test.each<[string, string, number | undefined, string]>([
    ['a body', HEAD_ANSWER, HEAD_ANSWER.length + 90, 'head-with-body'],
    ['another method', 'HTTP/1.1 405 Method Not Allowed\r\n\r\n', undefined, 'head-not-routed'],
    ['not found', 'HTTP/1.1 404 Not Found\r\n\r\n', undefined, 'head-not-routed'],
    ['nothing', '', undefined, 'head-unanswered'],
  ])('answered with %s', (_what, answer, receivedBytes, id) => {
    expect(diagnose('health/head', [headed(answer, receivedBytes)], contract)?.id).toBe(id)
  })
})
