import { describe, expect, test } from 'vitest'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import type { Listener } from '../../../harness/host/host.ts'
import { evidenceOf, NAMES_ALL } from '../clauses/evidence.ts'
import { type Answers, permits, permitsPreflight, questioned } from '../clauses/questioned.ts'
import { aLife, aProcess, type Ending, loopback, type Script } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

const diagnose = (id: ClauseId, lives: readonly Script[]) => {
  const contract = { ...NAMES_ALL, levels: { [id]: 'must' as const } }
  return diagnosisIn(evidenceOf({ contract, lives }), id)
}

const LEADER = 500
const CHILD = 501

describe('net/loopback-only', () => {
  const seen = (listeners: readonly Listener[], processes = [aProcess(LEADER)]) => {
    const life = aLife('stop-sigterm').announces()
    return [
      life.isBehindParent(aProcess(LEADER)).isReady().isSeen({ listeners, processes }).stopsOn('SIGTERM'),
    ]
  }

  test.each([
    ['0.0.0.0', 'binds-every-interface'],
    ['::', 'binds-every-interface'],
    ['192.168.1.20', 'binds-the-network'],
    ['fe80::1', 'binds-the-network'],
  ])('%s', (address, id) => {
    expect(diagnose('net/loopback-only', seen([loopback(41_234, address)]))?.id).toBe(id)
  })

  test('names the child whose socket it is', () => {
    const listeners = [loopback(41_234), { address: '0.0.0.0', port: 9229, pid: CHILD }]
    const found = diagnose(
      'net/loopback-only',
      seen(listeners, [aProcess(LEADER), aProcess(CHILD, 'worker')]),
    )
    expect(found?.evidence).toEqual(['it listens on 0.0.0.0:9229', "it is a child's, process 501 (worker)"])
  })
})

describe('net/no-other-listeners', () => {
  const ID = 'net/no-other-listeners'
  const begin = (id: string) => aLife(id).announces().isReady()
  const seen = (life: Script, ...others: Listener[]) =>
    life.isSeen({ listeners: [loopback(41_234), ...others] }).stopsOn('SIGTERM')

  test('a port of its own', () => {
    expect(diagnose(ID, [seen(begin('stop-sigterm'), loopback(50_001))])?.id).toBe('second-listener')
  })

  test('the same port in two lives', () => {
    const lives = [seen(begin('stop-sigterm'), loopback(9090)), seen(begin('stop-sigint'), loopback(9090))]
    const found = diagnose(ID, lives)
    expect(found?.id).toBe('fixed-second-port')
    expect(found?.evidence).toEqual(['127.0.0.1:9090, in 2 lives'])
  })

  test("a child's port", () => {
    const child = { ...loopback(50_001), pid: CHILD }
    expect(diagnose(ID, [seen(begin('stop-sigterm'), child)])?.id).toBe('child-listens')
  })

  test.each([
    ['Debugger listening on ws://127.0.0.1:50001/0f1e', 50_001],
    ['Listening for transport dt_socket at address: 50001', 50_001],
    ['Listening for transport dt_socket at address: localhost:50001', 50_001],
    ['nothing of the kind', 9229],
    ['nothing of the kind', 5678],
  ])('a debugger: %s, %i', (words, port) => {
    const life = seen(begin('stop-sigterm').logs(words), loopback(port))
    expect(diagnose(ID, [life])?.id).toBe('debugger-listens')
  })

  test('a debugger on another port explains nothing', () => {
    const life = begin('stop-sigterm').logs('Debugger listening on ws://127.0.0.1:50001/0f1e')
    expect(diagnose(ID, [seen(life, loopback(50_002))])?.id).toBe('second-listener')
  })
})

describe('net/ipv4-reachable', () => {
  test.each([
    ['::1', 'listens-on-ipv6-alone'],
    ['127.0.0.2', 'listens-at-another-address'],
  ])('%s', (address, id) => {
    const life = aLife('stop-sigterm').announces().isAsked('first', { refused: true }).isLate('health')
    const seen = life
      .isSeen({ listeners: [loopback(41_234, address)] })
      .isSent('SIGTERM')
      .exits(0)
      .leaves()
    expect(diagnosisIn(evidenceOf({ only: [seen] }), 'net/ipv4-reachable')?.id).toBe(id)
  })
})

const asked = (answers: Answers) => {
  const life = aLife('net-questions').announces(41_000).isReady().isSeen()
  return [questioned(life, { origins: ['tauri://localhost'] }, answers).stopsOn('SIGTERM')]
}

const LATE: Ending = { fails: 'ETIMEDOUT', message: 'no answer within 5000 ms' }
const OK: Ending = { status: 200 }

describe('net/localhost-reachable', () => {
  test.each<[string, Ending, string]>([
    ['refused', { refused: true }, 'listens-on-one-loopback-address'],
    ['forbidden', { status: 403 }, 'refuses-the-name-localhost'],
    ['misdirected', { status: 421 }, 'refuses-the-name-localhost'],
    ['silent', LATE, 'silent-to-localhost'],
  ])('%s', (_what, ending, id) => {
    const answers: Answers = { localhost: ({ address }) => (address === '::1' ? ending : undefined) }
    expect(diagnose('net/localhost-reachable', asked(answers))?.id).toBe(id)
  })
})

describe('net/app-origins-allowed', () => {
  test.each<[string, Answers, string]>([
    ['forbidden', { 'app origin': () => ({ status: 403 }) }, 'app-origin-refused'],
    ['unanswered', { 'app origin': () => LATE }, 'app-origin-refused'],
    ['no permission', { 'app origin': () => OK }, 'cors-absent'],
    ['another origin', { 'app origin': () => permits('http://localhost:1420') }, 'cors-names-another-origin'],
    ['with a slash', { 'app origin': () => permits('tauri://localhost/') }, 'cors-names-another-origin'],
    [
      'twice',
      { 'app origin': () => permits('tauri://localhost, tauri://localhost') },
      'cors-names-several-origins',
    ],
    ['no such method', { 'app preflight': () => ({ status: 405 }) }, 'preflight-not-answered'],
    ['an unanswered preflight', { 'app preflight': () => LATE }, 'preflight-not-answered'],
    ['a preflight as any request', { 'app preflight': () => OK }, 'preflight-not-answered'],
    [
      'no header',
      { 'app preflight': origin => permitsPreflight(origin, 'authorization') },
      'preflight-allows-no-headers',
    ],
  ])('%s', (_what, answers, id) => {
    expect(diagnose('net/app-origins-allowed', asked(answers))?.id).toBe(id)
  })

  test('one of two origins forgotten', () => {
    const origins = ['tauri://localhost', 'http://tauri.localhost']
    const answers: Answers = {
      'app origin': origin => (origin === origins[0] ? permits(origin) : { status: 200, headers: {} }),
    }
    const life = questioned(aLife('net-questions').announces(41_000).isReady().isSeen(), { origins }, answers)
    const contract = { net: { origins }, levels: { 'net/app-origins-allowed': 'must' } } as const
    const evidence = evidenceOf({ contract, lives: [life.stopsOn('SIGTERM')] })
    expect(diagnosisIn(evidence, 'net/app-origins-allowed')?.id).toBe('cors-origin-forgotten')
  })
})

describe('net/foreign-host-refused', () => {
  const isAlike = (host: string) => host.startsWith('localhost.')

  test.each<[string, Answers, string]>([
    ['any name', { 'foreign host': () => OK }, 'any-host-answered'],
    ['a redirect', { 'foreign host': () => ({ status: 302 }) }, 'any-host-answered'],
    [
      'by its beginning',
      { 'foreign host': host => (isAlike(host) ? OK : undefined) },
      'host-compared-by-its-beginning',
    ],
    ['no answer', { 'foreign host': () => LATE }, 'foreign-host-breaks-it'],
    [
      'and then nobody',
      { 'foreign host': () => ({ fails: 'ECONNRESET' }), 'check afterwards': { refused: true } },
      'foreign-host-breaks-it',
    ],
  ])('%s', (_what, answers, id) => {
    expect(diagnose('net/foreign-host-refused', asked(answers))?.id).toBe(id)
  })
})

describe('net/foreign-origin-refused', () => {
  test.each<[string, Answers, string]>([
    ['*', { 'foreign origin': () => permits('*') }, 'any-origin-permitted'],
    ['* for preflights', { 'foreign preflight': () => permitsPreflight('*') }, 'any-origin-permitted'],
    ['whoever asks', { 'foreign origin': permits }, 'origin-echoed'],
    ['whoever asks before', { 'foreign preflight': permitsPreflight }, 'preflight-permits-everybody'],
    [
      'null',
      { 'foreign origin': origin => (origin === 'null' ? permits(origin) : undefined) },
      'null-origin-permitted',
    ],
    [
      'by its beginning',
      { 'foreign origin': origin => (origin.startsWith('http://localhost.') ? permits(origin) : undefined) },
      'origin-compared-by-its-beginning',
    ],
  ])('%s', (_what, answers, id) => {
    expect(diagnose('net/foreign-origin-refused', asked(answers))?.id).toBe(id)
  })
})
