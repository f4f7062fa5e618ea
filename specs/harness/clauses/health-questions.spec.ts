import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf } from './evidence.ts'
import { aLife, type Came, type Ending, healthyBody, type Script } from './recordings.ts'
import { HEAD_ANSWER, isAskedTheUnknown, UNKNOWN_PATH } from './sound/health.ts'

const questioned = () => aLife('questions').logs('up').announces().isReady()
const burst = (life: Script) => life.isAsked('check').isVolleyed('burst').isAsked('check')

function judge(
  id: 'health/concurrent' | 'health/unknown-path' | 'health/head',
  life: Script,
  contract: Parameters<typeof evidenceOf>[0] = {},
) {
  return findingOf(id, evidenceOf({ ...contract, lives: [life.stopsOn('SIGTERM')] }))
}

describe('health/concurrent', () => {
  const ID = 'health/concurrent'
  const EXPECTED = '24 requests at once are answered, every one'

  test('passes with the slowest of them', () => {
    const life = questioned()
      .isAsked('check')
      .isVolleyed('burst', { latenciesMs: [3, 41, 7] })
    expect(judge(ID, life.isAsked('check'))).toEqual({
      outcome: 'pass',
      observed: 'all 24, the slowest after 41 ms',
    })
  })

  test('fails for one that was not answered, with what came instead', () => {
    const failures = [
      { what: 'status 503', count: 2 },
      { what: 'ECONNRESET: other side\u001B closed', count: 1 },
    ]
    const life = questioned().isAsked('check').isVolleyed('burst', { failures }).isAsked('check')
    expect(judge(ID, life)).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed:
        '97 of 100 requests were answered; the others: 2 × status 503, 1 × ECONNRESET: other side\\x1b closed',
      seen: { life: 'questions', sinceLaunchMs: 54 },
    })
  })

  test('fails when it does not answer afterwards', () => {
    const life = questioned().isAsked('check').isVolleyed('burst').isAsked('check', { status: 503 })
    expect(judge(ID, life)).toMatchObject({
      outcome: 'fail',
      expected: `${EXPECTED}, and one after them too`,
      observed: 'it answered with 503; its last words on stderr: "up"',
    })
  })

  test('fails when a second request is one too many already', () => {
    const life = questioned().isAsked('check', { refused: true }).exits(3).leaves()
    expect(findingOf(ID, evidenceOf({ lives: [life] }))).toMatchObject({
      outcome: 'fail',
      expected: 'it answers a second request, as it did the first',
      observed: 'it exited with code 3, 43 ms after its launch; its last words on stderr: "up"',
    })
  })
})

describe('health/unknown-path', () => {
  const ID = 'health/unknown-path'
  const unknown = (ending: Ending) =>
    burst(questioned()).isAsked('unknown path', ending, { path: UNKNOWN_PATH })

  test.each<[string, Ending]>([
    ['not found', { status: 404, schemaProblems: ['no'] }],
    ['refused', { status: 403, body: '' }],
    [
      'a page, as an app that has its pages from there asks for',
      { status: 200, body: '<html>', schemaProblems: ['no'] },
    ],
    ['healthy, and another status', { status: 202 }],
  ])('passes for %s', (_, ending) => {
    expect(judge(ID, unknown(ending).isAsked('check'))).toMatchObject({ outcome: 'pass' })
  })

  test('passes for no answer at all', () => {
    const life = unknown({ fails: 'ECONNRESET' }).isAsked('check')
    expect(judge(ID, life)).toEqual({ outcome: 'pass', observed: 'not answered' })
  })

  test('fails for a healthy answer', () => {
    expect(judge(ID, unknown({ body: healthyBody(57) }).isAsked('check'))).toEqual({
      outcome: 'fail',
      expected: `GET ${UNKNOWN_PATH}, which it cannot know, is not answered as GET /health is`,
      observed: `200 (application/json) with a body that the contract takes for a healthy one: ${healthyBody(57)}`,
      seen: { life: 'questions', sinceLaunchMs: 58 },
    })
  })

  test('fails for the same body, also where the contract does not take that for a healthy one', () => {
    const answer = { body: 'ok', contentType: 'text/plain', schemaProblems: ['it is no JSON'] }
    const life = aLife('questions').logs('up').announces().isReady(answer)
    const asked = burst(life).isAsked('unknown path', answer, { path: UNKNOWN_PATH }).isAsked('check', answer)
    expect(judge(ID, asked)).toMatchObject({
      outcome: 'fail',
      observed: '200 (text/plain) with the same body as GET /health: ok',
    })
  })

  test('fails when it does not live on', () => {
    const life = unknown({ fails: 'ECONNRESET' }).isAsked('check', { refused: true }).exits(1).leaves()
    expect(findingOf(ID, evidenceOf({ lives: [life] }))).toMatchObject({
      outcome: 'fail',
      expected: `it lives on after GET ${UNKNOWN_PATH}, which it cannot know`,
      observed: 'it exited with code 1, 59 ms after its launch; its last words on stderr: "up"',
    })
  })

  test('is blocked when it did not get so far', () => {
    const life = questioned()
      .isAsked('check')
      .isVolleyed('burst')
      .isAsked('check', { refused: true })
      .exits(1)
    const evidence = evidenceOf({ lives: [life.leaves()] })
    expect(findingOf(ID, evidence)).toEqual({ outcome: 'blocked', by: 'health/concurrent' })
    expect(findingOf('health/head', evidence)).toEqual({ outcome: 'blocked', by: 'health/concurrent' })
  })
})

describe('health/head', () => {
  const ID = 'health/head'
  const headed = (came: Came, life = burst(questioned())) =>
    isAskedTheUnknown(life).isSentBytes('head', 'HEAD /health', came)

  test('passes for the status and no body', () => {
    const passed = { outcome: 'pass', observed: '200, and no body' }
    expect(judge(ID, headed({ answer: HEAD_ANSWER }))).toEqual(passed)
    // A connection that stays open, though it was asked to be closed, is no fault of the answer.
    expect(judge(ID, headed({ answer: HEAD_ANSWER, end: 'still open' }))).toEqual(passed)
    // A head so long that its end was not kept.
    const long = { answer: HEAD_ANSWER.slice(0, -4), receivedBytes: 5000 }
    expect(judge(ID, headed(long))).toEqual(passed)
  })

  test.each<[Came, string]>([
    [{ answer: 'HTTP/1.1 404 Not Found\r\n\r\n' }, 'it is answered with 404'],
    [{ answer: `${HEAD_ANSWER}{"status"` }, '9 bytes of a body came with it'],
    [{ answer: HEAD_ANSWER, receivedBytes: HEAD_ANSWER.length + 90 }, '90 bytes of a body came with it'],
    [{ answer: '', end: 'still open' }, 'no answer: the connection stayed open'],
    [{ answer: '' }, 'no answer: it was closed by the sidecar'],
    [{ answer: 'what?' }, 'no answer in HTTP: what?'],
  ])('fails for %j', (came, observed) => {
    expect(judge(ID, headed(came))).toMatchObject({
      outcome: 'fail',
      expected: 'HEAD /health is answered with 200 and no body',
      observed,
    })
  })

  test('asks for the path and the status of the contract', () => {
    const contract = { health: { path: '/ready', status: 204 } }
    const life = aLife('questions').announces().isReady({ status: 204, body: '' })
    const answered = headed({ answer: 'HTTP/1.1 204 No Content\r\n\r\n' }, life)
    expect(judge(ID, answered, { contract })).toEqual({ outcome: 'pass', observed: '204, and no body' })
  })
})
