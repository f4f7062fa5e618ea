import { describe, expect, test } from 'vitest'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, loopback, type Script } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

function found(id: ClauseId, ...lives: readonly Script[]) {
  return diagnosisIn(evidenceOf({ lives }), id)
}

describe('port/dynamic-by-default', () => {
  const ID = 'port/dynamic-by-default'
  const unset = aLife('port-pair.1').announces(41_500).isReady().stopsOn('SIGTERM')
  const refuses = (id: string, words: string) => aLife(id, { port: '0' }).logs(words).exits(1).leaves()
  const starts = (id: string, port: number) =>
    aLife(id, { port: '0' }).announces(port).isReady().stopsOn('SIGINT')

  const ofPair = (...only: Script[]) => diagnosisIn(evidenceOf({ only }), ID)

  test('the system says that the port is in use', () => {
    const zero = refuses('port-pair.2', 'OSError: [Errno 98] Address already in use')
    expect(found(ID, unset, zero)?.id).toBe('port-fixed')
  })

  test('each life that was asked for none has the same', () => {
    const only = [
      aLife('stop-sigterm').announces(41_500).isReady().stopsOn('SIGTERM'),
      unset,
      refuses('port-pair.2', 'no'),
    ]
    expect(diagnosisIn(evidenceOf({ only }), ID)).toMatchObject({
      id: 'port-fixed',
      evidence: ['2 lives that were asked for no port announced 41500'],
    })
  })

  test('alone, with 0, it does not start either', () => {
    const alone = refuses('port-pair.3', 'no')
    expect(ofPair(unset, refuses('port-pair.2', 'no'), alone)?.id).toBe('port-zero-refused')
  })

  test('alone, with 0, it starts', () => {
    const alone = starts('port-pair.3', 41_600)
    expect(ofPair(unset, refuses('port-pair.2', 'no'), alone)?.id).toBe('allows-one-instance')
  })

  test('nobody has looked whether it starts alone', () => {
    expect(found(ID, unset, refuses('port-pair.2', 'no'))?.id).toBe('second-instance-fails')
  })

  test('both have the same at the same time', () => {
    expect(found(ID, unset, starts('port-pair.2', 41_500))?.id).toBe('port-shared')
  })
})

describe('port/explicit', () => {
  const asked = () => aLife('port-explicit', { port: '20123' })

  test.each<[string, Script, string]>([
    ['announces another', asked().announces(41_000).isReady().isSeen().stopsOn('SIGTERM'), 'port-ignored'],
    [
      'listens on another',
      asked()
        .announces(20_123)
        .isReady()
        .isSeen({ listeners: [loopback(41_000)] })
        .stopsOn('SIGTERM'),
      'port-announced-and-not-served',
    ],
    ['does not start', asked().logs('no').exits(1).leaves(), 'port-refused'],
  ])('it %s', (_what, life, id) => {
    expect(found('port/explicit', life)?.id).toBe(id)
  })

  test('the system refuses it', () => {
    const life = asked().logs('Error: listen EACCES: permission denied 127.0.0.1:20123').exits(1).leaves()
    expect(found('port/explicit', life)?.evidence.join()).toContain(
      'the system refuses that port: "Error: listen EACCES',
    )
  })
})

describe('a port that it should refuse', () => {
  const held = (id = 'port-taken-ipv4', heldOn: '127.0.0.1' | '::1' = '127.0.0.1') =>
    aLife(id, { port: '20123', heldOn })
  const word = () => aLife('port-invalid-word', { port: 'abc' })
  const late = (life: Script) => life.isLate('exit', 5_000).isSeen({ listeners: [] }).isKilled().leaves()

  test.each<[ClauseId, string, Script]>([
    ['port/taken', 'refusal-exits-with-0', held().logs('taken').exits(0).leaves()],
    ['port/taken', 'refusal-silent', held().exits(1).leaves()],
    ['port/taken', 'refusal-dies-of-signal', held().logs('taken').exits('SIGABRT').leaves()],
    ['port/taken', 'refusal-never-ends', late(held().logs('taken'))],
    ['port/taken', 'port-replaced', held().announces(41_000).isReady().isSeen().stopsOn('SIGTERM')],
    [
      'port/taken',
      'port-announced-and-not-bound',
      held().announces(20_123).isAsked('first', { fails: 'ECONNRESET' }).exits(1).leaves(),
    ],
    ['port/taken', 'port-shared', held().announces(20_123).isReady().isSeen().stopsOn('SIGTERM')],
    ['port/invalid', 'refusal-exits-with-0', word().logs('no port').exits(0).leaves()],
    ['port/invalid', 'refusal-silent', word().exits(1).leaves()],
    ['port/invalid', 'refusal-dies-of-signal', word().logs('no port').exits('SIGSEGV').leaves()],
    ['port/invalid', 'refusal-never-ends', late(word().logs('no port'))],
    ['port/invalid', 'port-defaulted', word().announces(41_000).isReady().stopsOn('SIGTERM')],
    [
      'port/invalid',
      'port-became-socket',
      word()
        .isLate('exit', 5_000)
        .isKilled()
        .litters([{ path: 'abc', where: 'working directory', bytes: 0 }])
        .leaves(),
    ],
    [
      'port/invalid',
      'port-wrapped',
      aLife('port-invalid-large', { port: '70000' }).announces(4_464).isReady().stopsOn('SIGTERM'),
    ],
    [
      'port/invalid',
      'port-read-in-part',
      aLife('port-invalid-fraction', { port: '20123.5' }).announces(20_123).isReady().stopsOn('SIGTERM'),
    ],
  ])('%s: %s', (clause, id, life) => {
    expect(found(clause, life)?.id).toBe(id)
  })
})
