import { describe, expect, test } from 'vitest'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import { evidenceOf, findingOf } from './evidence.ts'
import { type Answers, permits, permitsPreflight, questioned } from './questioned.ts'
import { aLife, type Ending, loopback } from './recordings.ts'

const ORIGINS = ['tauri://localhost', 'http://tauri.localhost']
const LIFE = 'net-questions'

/** What is found when the questions are answered like this, and otherwise as a sound sidecar does. */
function judge(id: ClauseId, answers: Answers = {}, origins: string[] = ORIGINS) {
  const listeners = [loopback(41_000), loopback(41_000, '::1')]
  const life = questioned(aLife(LIFE).announces(41_000).isReady().isSeen({ listeners }), { origins }, answers)
  const contract = { net: { origins } }
  return findingOf(id, evidenceOf({ clauses: [id], contract, lives: [life.stopsOn('SIGTERM')] }))
}

const only = (wanted: string, ending: Ending) => (given: string) => (given === wanted ? ending : undefined)

describe('net/localhost-reachable', () => {
  const ID = 'net/localhost-reachable'
  const EXPECTED = 'http://localhost:41000 reaches it, whether localhost stands for 127.0.0.1 or for ::1'
  const at = (address: string, ending: Ending): Answers => ({
    localhost: sent => (sent.address === address ? ending : undefined),
  })

  test('passes at both addresses', () => {
    expect(judge(ID)).toEqual({ outcome: 'pass', observed: 'at 127.0.0.1 and at ::1' })
  })

  test.each<[string, string, Ending, number]>([
    [
      '::1',
      'no connection to ::1 (ECONNREFUSED): it listens on 127.0.0.1:41000, [::1]:41000',
      { refused: true },
      50,
    ],
    ['127.0.0.1', 'at 127.0.0.1, asked for localhost, it answered with 403', { status: 403 }, 49],
    [
      '::1',
      'at ::1, asked for localhost, no answer: no answer within 5000 ms',
      { fails: 'ETIMEDOUT', message: 'no answer within 5000 ms' },
      51,
    ],
  ])('fails at %s when %s', (address, observed, ending, sinceLaunchMs) => {
    expect(judge(ID, at(address, ending))).toEqual({
      outcome: 'fail',
      expected: EXPECTED,
      observed,
      seen: { life: LIFE, sinceLaunchMs },
    })
  })

  test.each(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETUNREACH'])(
    'is skipped where the machine has no ::1 (%s)',
    code => {
      expect(judge(ID, at('::1', { refused: true, code }))).toEqual({
        outcome: 'skipped',
        reason: 'this machine has no address ::1',
      })
    },
  )
})

describe('net/app-origins-allowed', () => {
  const ID = 'net/app-origins-allowed'
  const [FIRST = '', SECOND = ''] = ORIGINS

  test('passes with the origins', () => {
    expect(judge(ID)).toEqual({
      outcome: 'pass',
      observed: 'requests and preflights from tauri://localhost, http://tauri.localhost',
    })
  })

  test('passes with permission for everybody, who is another clause’s affair', () => {
    const all = { 'app origin': () => permits('*'), 'app preflight': () => permitsPreflight('*', '*') }
    expect(judge(ID, all)).toMatchObject({ outcome: 'pass' })
  })

  test.each<[Ending, string]>([
    [{ headers: {} }, 'the answer has no Access-Control-Allow-Origin'],
    [permits(FIRST), 'the answer has Access-Control-Allow-Origin: tauri://localhost'],
    // As two header fields are read.
    [permits(`${SECOND}, *`), 'the answer has Access-Control-Allow-Origin: http://tauri.localhost, *'],
    [{ status: 403 }, 'it was answered with 403'],
    [{ fails: 'ECONNRESET', message: 'read ECONNRESET' }, 'no answer: read ECONNRESET'],
  ])('fails for a request that gets %j', (ending, observed) => {
    expect(judge(ID, { 'app origin': only(SECOND, ending) })).toEqual({
      outcome: 'fail',
      expected: 'GET /health from http://tauri.localhost, which the contract lists, gets permission',
      observed,
      seen: { life: LIFE, sinceLaunchMs: 57 },
    })
  })

  test.each<[Ending, string]>([
    [{ status: 404, ...permits(FIRST) }, 'it was answered with 404'],
    [{ status: 204, headers: {} }, 'the answer has no Access-Control-Allow-Origin'],
    [{ status: 204, ...permits(FIRST) }, 'the answer has no Access-Control-Allow-Headers'],
    [permitsPreflight(FIRST, 'X-Token'), 'the answer has Access-Control-Allow-Headers: X-Token'],
  ])('fails for a preflight that gets %j', (ending, observed) => {
    expect(judge(ID, { 'app preflight': only(FIRST, ending) })).toEqual({
      outcome: 'fail',
      expected:
        'a preflight for GET with a Content-Type header from tauri://localhost, which the contract lists, gets permission',
      observed,
      seen: { life: LIFE, sinceLaunchMs: 55 },
    })
  })

  test('is skipped where the contract lists no origin', () => {
    expect(judge(ID, {}, [])).toEqual({
      outcome: 'skipped',
      reason: 'the contract lists no origin of the app (net.origins)',
    })
  })
})

describe('net/foreign-origin-refused', () => {
  const ID = 'net/foreign-origin-refused'
  const ATTACKER = 'https://attacker.example'

  test('passes with whom it refused', () => {
    expect(judge(ID)).toEqual({
      outcome: 'pass',
      observed: 'no permission for https://attacker.example, null, http://localhost.attacker.example',
    })
  })

  test.each([ATTACKER, 'null', 'http://localhost.attacker.example'])('fails for %s', origin => {
    expect(judge(ID, { 'foreign origin': only(origin, permits(origin)) })).toMatchObject({
      outcome: 'fail',
      expected: `GET /health from ${origin}, which the contract does not list, gets no permission`,
      observed: `it was answered with 200 and Access-Control-Allow-Origin: ${origin}`,
      seen: { life: LIFE },
    })
  })

  test('fails for everybody', () => {
    expect(judge(ID, { 'foreign origin': () => permits('*') })).toEqual({
      outcome: 'fail',
      expected: `GET /health from ${ATTACKER}, which the contract does not list, gets no permission`,
      observed: 'it was answered with 200 and Access-Control-Allow-Origin: *',
      seen: { life: LIFE, sinceLaunchMs: 61 },
    })
  })

  test('fails for a preflight alone', () => {
    expect(judge(ID, { 'foreign preflight': only(ATTACKER, permitsPreflight('*')) })).toMatchObject({
      outcome: 'fail',
      expected: `a preflight from ${ATTACKER}, which the contract does not list, gets no permission`,
      observed: 'it was answered with 204 and Access-Control-Allow-Origin: *',
    })
  })

  test.each<[string, Ending]>([
    ['names another', permits('tauri://localhost')],
    ['is a refusal that may be read', { status: 403, ...permits('*') }],
    ['never comes', { fails: 'ECONNRESET' }],
  ])('passes for an answer that %s', (_what, ending) => {
    expect(judge(ID, { 'foreign origin': () => ending })).toMatchObject({ outcome: 'pass' })
  })
})

describe('net/foreign-host-refused', () => {
  const ID = 'net/foreign-host-refused'
  const HOST = 'rebind.attacker.example:41000'

  test('passes with how many it refused', () => {
    expect(judge(ID)).toEqual({ outcome: 'pass', observed: '2 such requests refused' })
  })

  test.each([400, 403, 404, 421])('passes for %i', status => {
    expect(judge(ID, { 'foreign host': () => ({ status }) })).toMatchObject({ outcome: 'pass' })
  })

  test('passes when it hangs up, and goes on serving others', () => {
    const ending = { fails: 'UND_ERR_SOCKET', message: 'other side closed' }
    expect(judge(ID, { 'foreign host': () => ending })).toMatchObject({ outcome: 'pass' })
  })

  test.each<[Ending, string, Ending | undefined]>([
    [{ status: 200 }, 'it was answered with 200', undefined],
    [{ status: 302 }, 'it was answered with 302', undefined],
    [{ status: 500 }, 'it was answered with 500', undefined],
    [
      { fails: 'ETIMEDOUT', message: 'no answer within 5000 ms' },
      'it got no answer: no answer within 5000 ms',
      undefined,
    ],
    [
      { fails: 'UND_ERR_SOCKET' },
      'the connection was closed, and from then on it answered nobody',
      { refused: true },
    ],
    [{ refused: true }, 'it got no answer: connect ECONNREFUSED 127.0.0.1:41000', { refused: true }],
  ])('fails for %j', (ending, observed, afterwards) => {
    const answers: Answers = {
      'foreign host': only(HOST, ending),
      ...(afterwards === undefined ? {} : { 'check afterwards': afterwards }),
    }
    expect(judge(ID, answers)).toMatchObject({
      outcome: 'fail',
      expected: `a request for ${HOST}, as a page sends it whose name was made to resolve to this machine, is refused (4xx, or the connection is closed)`,
      observed,
      seen: { life: LIFE },
    })
  })
})

describe.each(['net/foreign-origin-refused', 'net/foreign-host-refused'] as const)('%s', id => {
  test.each<Ending>([{ refused: true }, { status: 503 }])(
    'is blocked where nobody else is answered either: %j',
    check => {
      expect(judge(id, { check })).toEqual({ outcome: 'blocked', by: 'resources/stays-up' })
    },
  )
})

describe.each([
  'net/localhost-reachable',
  'net/app-origins-allowed',
  'net/foreign-host-refused',
  'net/foreign-origin-refused',
] as const)('%s', id => {
  test('is skipped when nothing of the kind was asked', () => {
    const life = aLife(LIFE).announces(41_000).isReady().isAsked('check').stopsOn('SIGTERM')
    const contract = { net: { origins: ORIGINS } }
    expect(findingOf(id, evidenceOf({ contract, lives: [life] }))).toEqual({
      outcome: 'skipped',
      reason: 'nothing of the kind was asked',
    })
  })

  test('is blocked by start/within-budget when its own life never became ready', () => {
    const life = aLife(LIFE).after(9).exits(1).leaves()
    const contract = { net: { origins: ORIGINS } }
    expect(findingOf(id, evidenceOf({ contract, lives: [life] }))).toEqual({
      outcome: 'blocked',
      by: 'start/within-budget',
    })
  })
})
