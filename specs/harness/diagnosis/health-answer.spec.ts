import { describe, expect, test } from 'vitest'
import type { ContractInput } from '../../../harness/contract/input.ts'
import type { SecondOpinion } from '../../../harness/recording/recording.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, type Ending, type Script } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

const ID = 'health/ready-at-announcement'

/** What is said of a sidecar whose first answers are these, and that is never well. */
function diagnose(life: Script, contract: ContractInput = {}, id: typeof ID | 'start/within-budget' = ID) {
  const end = life.isSeen().isSent('SIGTERM').exits(0).leaves()
  return diagnosisIn(evidenceOf({ contract, only: [end] }), id)
}

const HEAD_403 = 'HTTP/1.1 403 Forbidden\r\n\r\n'
const HEAD_404 = 'HTTP/1.1 404 Not Found\r\n\r\n'

function unwell(first: Ending, bytes: string, answers: readonly SecondOpinion[] = []): Script {
  const life = aLife('stop-sigterm').logs('up').announces().isAsked('first', first)
  return life.isAsked('retry', first).isLate('health').isAskedOtherwise(bytes, answers)
}

const LATE: Ending = { fails: 'ETIMEDOUT', message: 'no answer within 9000 ms' }
const HUNG_UP: Ending = { fails: 'UND_ERR_SOCKET', message: 'other side closed' }

describe('an answer that is not the one of the contract', () => {
  test.each<[number, string]>([
    [404, 'health-path-missing'],
    [405, 'health-path-missing'],
    [401, 'health-wants-credentials'],
    [403, 'health-wants-credentials'],
    [302, 'health-redirects'],
    [429, 'health-never-ready'],
    [503, 'health-never-ready'],
    [500, 'health-handler-fails'],
    [204, 'health-other-status'],
    [418, 'health-other-status'],
  ])('with %i: %s', (status, id) => {
    const found = diagnose(unwell({ status, body: 'no' }, `HTTP/1.1 ${status} No\r\n\r\n`))
    expect(found?.id).toBe(id)
    expect(found?.evidence[0]).toBe(`GET /health: ${status} after 2.0 ms`)
  })

  test('names the path at which it is well', () => {
    const found = diagnose(
      unwell({ status: 404 }, HEAD_404, [
        { of: 'path', asked: '/api/health', status: 200 },
        { of: 'path', asked: '/', status: 200 },
        { of: 'unknown path', asked: '/x', status: 404 },
      ]),
    )
    expect(found?.id).toBe('health-path-missing')
    expect(found?.evidence).toContain('GET /api/health: 200')
    expect(found?.fix).toContain("health: { path: '/api/health' }")
  })

  test('takes a path for nothing where every path is answered so', () => {
    const found = diagnose(
      unwell({ status: 404 }, HEAD_404, [
        { of: 'path', asked: '/healthz', status: 200 },
        { of: 'unknown path', asked: '/x', status: 200 },
      ]),
    )
    expect(found?.fix).not.toContain('/healthz')
  })

  test('tells a Host that it refuses from credentials that it wants', () => {
    const found = diagnose(
      unwell({ status: 403 }, HEAD_403, [{ of: 'name', asked: 'localhost:41234', status: 200 }]),
    )
    expect(found?.id).toBe('health-wants-another-name')
  })

  test('quotes the exception of the handler, where a runtime told of it', () => {
    const life = aLife('stop-sigterm').announces().isAsked('first', { status: 500, body: '' })
    life.logs(
      'Traceback (most recent call last):\n  File "app.py", line 3, in health\nValueError: no database',
    )
    const found = diagnose(life.isLate('health').isAskedOtherwise('HTTP/1.1 500 No\r\n\r\n'))
    expect(found?.id).toBe('health-handler-fails')
    expect(found?.evidence).toContain('an exception: ValueError: no database')
  })

  test('finds one that is well when its time is over to be late, and nothing else', () => {
    const found = diagnose(
      unwell({ status: 403 }, 'HTTP/1.1 200 OK\r\n\r\n', [{ of: 'name', asked: 'localhost', status: 200 }]),
    )
    expect(found?.id).toBe('announced-before-ready')
  })
})

describe('no answer', () => {
  const elsewhere = (status: number | null): SecondOpinion[] => [{ of: 'unknown path', asked: '/x', status }]

  test.each<[string, Ending, string, readonly SecondOpinion[], string]>([
    ['the handler hangs', LATE, '', elsewhere(404), 'health-handler-hangs'],
    ['nothing answers', LATE, '', elsewhere(null), 'server-stands-still'],
    [
      'a body without an end',
      { ...LATE, receivedBytes: 90 },
      'HTTP/1.1 200 OK\r\n\r\n{',
      [],
      'health-body-endless',
    ],
    ['a connection that ends', HUNG_UP, '', elsewhere(404), 'health-hangs-up'],
    ['half a body', { ...HUNG_UP, receivedBytes: 90 }, 'HTTP/1.1 200 OK\r\n\r\n{', [], 'health-body-cut'],
    ['another protocol', { ...HUNG_UP, receivedBytes: 20 }, '220 ready\r\n', [], 'speaks-no-http'],
    [
      'an alert of TLS',
      { ...HUNG_UP, receivedBytes: 7 },
      '\u0015\u0003\u0001\u0000\u0002\u0002F',
      [],
      'speaks-tls',
    ],
  ])('%s', (_seen, first, bytes, answers, id) => {
    expect(diagnose(unwell(first, bytes, answers))?.id).toBe(id)
  })

  test('though it speaks TLS, as a handshake tells', () => {
    const found = diagnose(unwell(HUNG_UP, '', [{ of: 'protocol', asked: 'https', status: 404 }]))
    expect(found?.id).toBe('speaks-tls')
    expect(found?.evidence).toEqual(['asked by TLS it answered with 404'])
  })

  test.each([
    'Client sent an HTTP request to an HTTPS server.',
    '<h1>The plain HTTP request was sent to HTTPS port</h1>',
  ])('though it speaks TLS, as it says itself: %s', words => {
    const bytes = `HTTP/1.0 400 Bad Request\r\n\r\n${words}\n`
    expect(diagnose(unwell({ status: 400, body: words }, bytes))?.id).toBe('speaks-tls')
  })

  test('by TLS, and one in plain HTTP', () => {
    const contract = { health: { protocol: 'https' as const } }
    const life = aLife('stop-sigterm').logs('up').announces()
    life.isAsked('first', { refused: true, code: 'EPROTO' }).isLate('health')
    life.isAskedOtherwise('', [{ of: 'protocol', asked: 'http', status: 200 }])
    expect(diagnose(life, contract, 'start/within-budget')?.id).toBe('speaks-no-tls')
  })

  test('by TLS, and none in plain HTTP either', () => {
    const contract = { health: { protocol: 'https' as const } }
    const life = aLife('stop-sigterm').logs('up').announces()
    life.isAsked('first', { refused: true, code: 'EPROTO' }).isLate('health').isAskedOtherwise('')
    expect(diagnose(life, contract, 'start/within-budget')?.id).toBe('never-ready')
  })

  test('but later one: it was announced too soon, whatever came of the first request', () => {
    for (const first of [LATE, HUNG_UP]) {
      const life = aLife('stop-sigterm').logs('up').announces().isAsked('first', first).isAsked('retry')
      expect(diagnose(life.becomesReady())?.id).toBe('announced-before-ready')
    }
  })

  test('and no second opinion: what is known still has a name', () => {
    const life = (first: Ending) => aLife('stop-sigterm').announces().isAsked('first', first).isLate('health')
    expect(diagnose(life(LATE))?.id).toBe('server-stands-still')
    expect(diagnose(life(HUNG_UP))?.id).toBe('health-hangs-up')
    expect(diagnose(life({ ...HUNG_UP, receivedBytes: 12 }))?.id).toBe('health-body-cut')
    expect(diagnose(life({ ...LATE, receivedBytes: 12 }))?.id).toBe('health-body-endless')
  })
})
