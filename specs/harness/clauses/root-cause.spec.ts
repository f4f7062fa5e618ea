import { describe, expect, test } from 'vitest'
import { NO_CONTENT } from '../../../harness/artifact/description.ts'
import { judge } from '../../../harness/clauses/judge.ts'
import { CLAUSE_IDS, type ClauseId } from '../../../harness/contract/catalogue.ts'
import type { Evidence } from '../../../harness/recording/evidence.ts'
import { evidenceOf, findingOf, idsWith, NAMES_ALL } from './evidence.ts'
import { aLife, loopback, type Script } from './recordings.ts'

const baseline = () => aLife('stop-sigterm')
/** How the gate ends a baseline that never became ready: a look, a word, the end. */
const farewell = (life: Script, listeners = [loopback(41_234)]) =>
  life.isSeen({ listeners }).isSent('SIGTERM').after(400).exits(0).leaves()

interface Row {
  readonly seen: string
  readonly fails: ClauseId
  readonly life: Script
  readonly says: string
}

/** CONTRACT.md, "One root cause": what is seen, and the clause that fails. */
const TABLE: readonly Row[] = [
  {
    seen: 'an exit',
    fails: 'start/within-budget',
    life: baseline().logs('Cannot find module').after(80).exits(1).leaves(),
    says: 'it exited with code 1, 80 ms after its launch, with nothing announced; its last words on stderr: "Cannot find module"',
  },
  {
    seen: 'an exit after the announcement',
    fails: 'start/within-budget',
    life: baseline().announces().isAsked('first', { refused: true }).exits(1).leaves(),
    says: 'it exited with code 1, 41 ms after its launch, after it had announced port 41234; stderr stayed empty',
  },
  {
    seen: 'an exit after the line on the other stream',
    fails: 'start/within-budget',
    life: baseline().logs('BACKEND_PORT:41234').after(50).exits(1).leaves(),
    says: 'it exited with code 1, 50 ms after its launch, with nothing announced; its last words on stderr: "BACKEND_PORT:41234"',
  },
  {
    seen: 'a launch that the system refuses',
    fails: 'start/within-budget',
    life: baseline().launchFails('ENOENT', 'spawn /app/backend ENOENT'),
    says: 'it could not be launched: spawn /app/backend ENOENT',
  },
  {
    seen: 'an exit after the time for a good answer',
    fails: 'health/ready-at-announcement',
    life: baseline().announces().isAsked('first', { status: 503 }).isLate('health').exits(1).leaves(),
    says: 'it was answered with 503 ({"status":"ok","app":"backend","timestamp":"2026-01-01T00:00:00.042Z","uptime":0.042}), and no later one was better',
  },
  {
    seen: 'silence with no listener',
    fails: 'start/within-budget',
    life: farewell(baseline().isLate('announcement'), []),
    says: 'nothing was announced within 10.00 s, and nothing listens; stderr stayed empty',
  },
  {
    seen: 'the line on the other stream',
    fails: 'announce/on-stdout',
    life: farewell(baseline().after(40).logs('BACKEND_PORT:41234').isLate('announcement')),
    says: '"BACKEND_PORT:41234" on stderr',
  },
  ...[
    ['port 0', 'BACKEND_PORT:0\n', 'port 0 is what one asks the system for, never what one gets'],
    ['padding', ' BACKEND_PORT:41234\n', 'spaces around it'],
    ['colour', '\u001B[32mBACKEND_PORT:41234\u001B[0m\n', 'terminal escape codes in it'],
    ['no newline', 'BACKEND_PORT:41234', 'no newline ends it, so a reader of lines never gets it'],
  ].map(([seen = '', bytes = '', why = '']) => ({
    seen: `a near miss of the grammar: ${seen}`,
    fails: 'announce/well-formed' as const,
    life: farewell(baseline().after(40).writes('stdout', bytes).isLate('announcement')),
    says: `"${bytes.replaceAll('\u001B', '\\x1b').replace(/\n$/, '')}": ${why}`,
  })),
  {
    seen: 'it listens, and the line is absent',
    fails: 'announce/flushed',
    life: farewell(baseline().isLate('announcement')),
    says: 'it listens on 127.0.0.1:41234, nothing could be read for 10.00 s, and the line never came: stdout is left in a buffer, or never written',
  },
  {
    seen: 'it listens, and the line comes only at the exit',
    fails: 'announce/flushed',
    life: baseline()
      .isLate('announcement')
      .isSeen({ listeners: [loopback(41_234)] })
      .isSent('SIGTERM')
      .after(9)
      .writes('stdout', 'BACKEND_PORT:41234\n')
      .exits(0)
      .leaves(),
    says: 'it listens on 127.0.0.1:41234, nothing could be read for 10.00 s, and the line came only when it ended: stdout is left in a buffer, or never written',
  },
  {
    seen: 'the first connection refused, a later one accepted and never answered well',
    fails: 'announce/listening-first',
    life: farewell(
      baseline()
        .announces()
        .isAsked('first', { refused: true })
        .after(25)
        .isAsked('retry', { status: 503 })
        .isLate('health'),
    ),
    says: 'refused 1.0 ms after the line, accepted after 27 ms',
  },
  {
    seen: 'a port that is not its own, and nobody there',
    fails: 'announce/own-port',
    life: farewell(baseline().announces().isAsked('first', { refused: true }).isLate('health'), [
      loopback(8080),
    ]),
    says: 'they listen on 127.0.0.1:8080',
  },
  {
    seen: 'a port that is not its own, and somebody else answers',
    fails: 'announce/own-port',
    life: baseline().announces().isReady().isSeen({ listeners: [] }).stopsOn('SIGTERM'),
    says: 'none of its processes listens on any port',
  },
  {
    seen: 'it listens on the announced port, and not at the announced address',
    fails: 'net/ipv4-reachable',
    life: farewell(baseline().announces().isAsked('first', { refused: true }).isLate('health'), [
      loopback(41_234, '::1'),
    ]),
    says: 'it listens on [::1]:41234 alone, and every connection to 127.0.0.1 failed (ECONNREFUSED)',
  },
  {
    seen: 'never an answer that the contract accepts',
    fails: 'health/ready-at-announcement',
    life: farewell(
      baseline().announces().isAsked('first', { status: 404, body: 'no such route' }).isLate('health'),
    ),
    says: 'it was answered with 404 (no such route), and no later one was better',
  },
  {
    seen: 'never an answer at all',
    fails: 'health/ready-at-announcement',
    life: farewell(
      baseline()
        .announces()
        .isAsked('first', { fails: 'ETIMEDOUT', message: 'no answer within 9960 ms' })
        .isLate('health'),
    ),
    says: 'the request failed: no answer within 9960 ms, and no later one was better',
  },
]

/** All but the artifact group, which is judged by the file, and the clause that fails. */
function expectOneRootCause(evidence: Evidence, fails: ClauseId): void {
  expect(idsWith('fail', evidence)).toEqual([fails])
  const isLived = (id: ClauseId) => !id.startsWith('artifact/') && id !== fails
  const others = CLAUSE_IDS.filter(isLived)
  expect(idsWith('blocked', evidence).filter(isLived)).toEqual(others)
  for (const id of others) expect(findingOf(id, evidence)).toEqual({ outcome: 'blocked', by: fails })
}

describe('one root cause', () => {
  test.each(TABLE)('$seen fails $fails alone', ({ fails, life, says }) => {
    const evidence = evidenceOf({ only: [life] })
    expectOneRootCause(evidence, fails)
    expect(findingOf(fails, evidence)).toMatchObject({ observed: says })
  })

  test('a defect of the file fails its artifact clause, and it is not launched', () => {
    const defects = [{ kind: 'truncated' as const, sentence: 'It is cut short.' }]
    expectOneRootCause(evidenceOf({ only: [], artifact: { defects } }), 'artifact/native-format')
  })

  test('no execute bit fails artifact/executable, and it is not launched', () => {
    expectOneRootCause(evidenceOf({ only: [], artifact: { mode: 0o644 } }), 'artifact/executable')
  })

  test('a file that is no program has no use for an execute bit: one thing is to be mended', () => {
    const evidence = evidenceOf({ only: [], artifact: { ...NO_CONTENT, mode: 0o644 } })
    expect(idsWith('fail', evidence)).toEqual(['artifact/native-format'])
    for (const id of ['artifact/executable', 'stop/sigterm'] as const) {
      expect(findingOf(id, evidence)).toEqual({ outcome: 'blocked', by: 'artifact/native-format' })
    }
  })

  test('a missing execute bit is no obstacle on Windows', () => {
    const artifact = { mode: 0, format: 'pe', os: 'windows', nameTriple: null } as const
    const evidence = evidenceOf({ artifact, host: { os: 'windows' } })
    expect(idsWith('fail', evidence)).toEqual([])
    expect(idsWith('blocked', evidence)).toEqual([])
  })

  test('it is reported where only another clause was asked for', () => {
    const life = baseline().after(80).exits(1).leaves()
    const evidence = evidenceOf({ clauses: ['stop/sigterm'], only: [life] })
    expect(judge(evidence).map(({ id, finding }) => [id, finding.outcome])).toEqual([
      ['start/within-budget', 'fail'],
      ['stop/sigterm', 'blocked'],
    ])
  })

  test('an obstacle in the file is reported where only another clause was asked for', () => {
    const evidence = evidenceOf({ clauses: ['stop/sigterm'], only: [], artifact: { mode: 0o600 } })
    expect(judge(evidence).map(({ id, finding }) => [id, finding.outcome])).toEqual([
      ['artifact/executable', 'fail'],
      ['stop/sigterm', 'blocked'],
    ])
  })
})

describe('a sidecar that came up', () => {
  test('keeps every clause when it is sound', () => {
    expect(idsWith('pass', evidenceOf({ contract: NAMES_ALL }))).toEqual(CLAUSE_IDS)
  })

  test('has each of its faults judged by itself', () => {
    const life = baseline().writes('stdout', 'hello\n').announces().isReady().isSeen()
    const evidence = evidenceOf({ lives: [life.stopsOn('SIGTERM', { exit: 1 })] })
    expect(idsWith('fail', evidence)).toEqual(['logs/stdout-machine-only', 'logs/on-stderr', 'stop/sigterm'])
    // It is ended by SIGTERM.
    expect(idsWith('blocked', evidence)).toEqual(['logs/closed-pipes'])
  })

  test('is judged to the same result from what JSON keeps of it', () => {
    const evidence = evidenceOf()
    expect(judge(JSON.parse(JSON.stringify(evidence)))).toEqual(judge(evidence))
  })
})
