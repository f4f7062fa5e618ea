import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf } from './evidence.ts'
import { aLife, type Ending, healthyBody } from './recordings.ts'

describe('health/ready-at-announcement', () => {
  const EXPECTED = 'GET /health, sent at the announcement, is answered with 200'

  /** What is found when the first answer is this, and one 30 ms later is right. */
  function judge(first: Ending) {
    const life = aLife('stop-sigint').announces().isAsked('first', first).after(30).isAsked('retry')
    const evidence = evidenceOf({ lives: [life.becomesReady().stopsOn('SIGINT')] })
    return findingOf('health/ready-at-announcement', evidence)
  }

  test('passes with the status and the time of the first answer', () => {
    expect(findingOf('health/ready-at-announcement', evidenceOf())).toEqual({
      outcome: 'pass',
      observed: '200, 2.0 ms after the announcement',
    })
  })

  test.each<[Ending, string]>([
    [{ status: 503, body: 'starting\n' }, 'it was answered with 503 (starting\\n), and 200 only 33 ms later'],
    [{ status: 404, body: '' }, 'it was answered with 404 (no body), and 200 only 33 ms later'],
    [
      { fails: 'ECONNRESET', message: 'other side closed' },
      'the request failed: other side closed, and 200 only 33 ms later',
    ],
  ])('fails for a first answer like %j', (first, observed) => {
    expect(judge(first)).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed,
      seen: { life: 'stop-sigint', sinceLaunchMs: 42 },
    })
  })

  test('fails when no answer was ever right', () => {
    const life = aLife('stop-sigint').announces().isAsked('first', { status: 500, body: 'oh' })
    const evidence = evidenceOf({ lives: [life.isLate('health').isKilled().leaves()] })
    expect(findingOf('health/ready-at-announcement', evidence)).toMatchObject({
      outcome: 'fail',
      observed: 'it was answered with 500 (oh), and no later one was better',
    })
  })

  test('leaves refused connections to announce/listening-first', () => {
    expect(judge({ refused: true })).toMatchObject({ outcome: 'pass' })
  })

  test('asks for the path and the status of the contract', () => {
    const contract = { health: { path: '/ready', status: 204 } }
    const life = aLife('stop-sigterm').announces().isReady({ status: 200, body: 'x' }).isSeen()
    const evidence = evidenceOf({ contract, lives: [life.stopsOn('SIGTERM')] })
    expect(findingOf('health/ready-at-announcement', evidence)).toMatchObject({
      expected: 'GET /ready, sent at the announcement, is answered with 204',
      observed: 'it was answered with 200 (x), and no later one was better',
    })
  })
})

describe('health/schema', () => {
  function judge(answer: Ending) {
    const life = aLife('stop-sigint').announces().isReady(answer).stopsOn('SIGINT')
    return findingOf('health/schema', evidenceOf({ lives: [life] }))
  }

  test('passes with the body', () => {
    expect(judge({})).toEqual({ outcome: 'pass', observed: healthyBody(42) })
  })

  test('fails with what is wrong about the body, and the body', () => {
    const schemaProblems = ['status: expected "ok"', 'uptime: expected number']
    expect(judge({ body: '{"status":"up"}', schemaProblems })).toEqual({
      outcome: 'fail',
      expected: "a body that the contract's schema accepts, as JSON",
      observed: 'status: expected "ok"; uptime: expected number — in {"status":"up"}',
      seen: { life: 'stop-sigint', sinceLaunchMs: 42 },
    })
  })

  test('says how a contract promises nothing of a body, where it is no JSON', () => {
    const schemaProblems = ['its content type is "text/html"']
    expect(judge({ body: '<p>', contentType: 'text/html', schemaProblems })).toMatchObject({
      expected:
        "a body that the contract's schema accepts, as JSON; health.schema: false where nothing is promised of it",
    })
  })

  test('fails for an empty body', () => {
    expect(judge({ body: '', schemaProblems: ['it is no JSON'] })).toMatchObject({
      observed: 'it is no JSON — in an empty body',
    })
  })

  test('lets nothing of a hostile body through', () => {
    const body = '\u001B[2J\n'
    const schemaProblems = [`it is no JSON: Unexpected token in "${body}"`]
    expect(judge({ body, schemaProblems })).toMatchObject({
      observed: 'it is no JSON: Unexpected token in "\\x1b[2J\\n" — in \\x1b[2J\\n',
    })
  })

  test('does not judge bodies of other statuses', () => {
    const life = aLife('stop-sigint')
      .announces()
      .isAsked('first', { status: 503, schemaProblems: ['no'] })
    const evidence = evidenceOf({ lives: [life.isAsked('retry').becomesReady().stopsOn('SIGINT')] })
    expect(findingOf('health/schema', evidence)).toMatchObject({ outcome: 'pass' })
  })
})
