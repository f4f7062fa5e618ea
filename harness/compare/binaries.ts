import { locateArtifact } from '../artifact/locate.ts'
import { compileGrammar } from '../contract/announcement.ts'
import type { ClauseId } from '../contract/catalogue.ts'
import type { ResolvedContract } from '../contract/resolve.ts'
import { runGate } from '../gate/gate.ts'
import { type RecordedLife, rawStreams } from '../gate/perform.ts'
import type { ScenarioCount } from '../gate/record.ts'
import type { Outcome, Verdict } from '../gate/verdict.ts'
import type { Host } from '../host/host.ts'
import type { GateRecording } from '../recording/archive.ts'
import { flippedClauses } from './clause-differences.ts'
import { type Comparison, compare } from './compare.ts'
import { factsOf, type LifeFacts } from './life-facts.ts'
import { compareMeasures, LOOKS, needsMore } from './measures.ts'
import { takeSnapshot } from './snapshot.ts'
import { type Turner, takeTurns } from './take-turns.ts'

export interface BinariesOptions {
  /** Both, absolute. */
  readonly old: string
  readonly new: string
  readonly resolved: ResolvedContract
  readonly clauses: readonly ClauseId[]
  /** Plain lives of each in one round; there are more rounds where one is too noisy to tell. */
  readonly runs: number
  readonly host: Host
  /** Keeps the bytes of both streams of each life, for whoever writes the recordings. */
  readonly keepsRaw: boolean
  readonly signal?: AbortSignal
  onProgress?(message: string, count?: ScenarioCount): void
}

export interface BinariesCompared {
  readonly comparison: Comparison
  readonly recordings: Readonly<Record<'old' | 'new', GateRecording>>
  /** How long the lives took that took turns. */
  readonly turnsMs: number
}

/** A clause that flips is judged so often again on both sides: of one that comes and goes one gate says nothing. */
const GATES_AGAIN = 2

interface Side {
  readonly file: string
  readonly verdict: Verdict
  readonly recording: GateRecording
}

/**
 * Judges both, then has lives of them take turns. Null where it was interrupted: half of a comparison is none. Throws
 * ArtifactPathError for a file that is not there, before anything is launched.
 */
export async function compareBinaries(options: BinariesOptions): Promise<BinariesCompared | null> {
  const { signal, onProgress = () => {} } = options
  const isOver = () => signal?.aborted ?? false
  await locateArtifact(options.old)
  await locateArtifact(options.new)
  const { clauses, keepsRaw } = options
  const old = await judge('old', options, { clauses, keepsRaw })
  if (isOver()) return null
  const now = await judge('new', options, { clauses, keepsRaw })
  if (isOver()) return null
  const further = await judgeAgain(options, flippedClauses(snapshotOf(old), snapshotOf(now)))
  if (isOver()) return null
  const turns = await takeTurns({
    sides: { old: turnerOf(old, options), new: turnerOf(now, options) },
    runs: options.runs,
    rounds: LOOKS,
    needsMore: lives =>
      needsMore(compareMeasures({ lives: lookAt(lives.old) }, { lives: lookAt(lives.new) })),
    host: options.host,
    keepsRaw,
    signal,
    onTurn: (done, of) => onProgress(`life ${done + 1} of ${of}, old and new in turns`),
  })
  if (isOver()) return null
  const recordings = {
    old: withLives(old.recording, turns.lives.old, turns.session),
    new: withLives(now.recording, turns.lives.new, turns.session),
  }
  const comparison = compare(
    takeSnapshot({ evidence: recordings.old.evidence, verdict: old.verdict }, { further: further.old }),
    takeSnapshot({ evidence: recordings.new.evidence, verdict: now.verdict }, { further: further.new }),
  )
  return { comparison, recordings, turnsMs: turns.durationMs }
}

async function judge(
  side: 'old' | 'new',
  { resolved, host, signal, onProgress = () => {}, ...files }: BinariesOptions,
  { clauses, keepsRaw }: Pick<BinariesOptions, 'clauses' | 'keepsRaw'>,
): Promise<Side> {
  const file = files[side]
  const { verdict, recording } = await runGate({
    ...{ resolved, clauses, host, file, keepsRaw },
    ...(signal === undefined ? {} : { signal }),
    onProgress: (message, count) => onProgress(`the gate on the ${side} one: ${message}`, count),
  })
  return { file, verdict, recording }
}

type Further = ReadonlyMap<ClauseId, readonly Outcome[]>

async function judgeAgain(
  options: BinariesOptions,
  clauses: readonly ClauseId[],
): Promise<Record<'old' | 'new', Further>> {
  const found = { old: new Map<ClauseId, Outcome[]>(), new: new Map<ClauseId, Outcome[]>() }
  if (clauses.length === 0) return found
  for (let time = 0; time < GATES_AGAIN; time++) {
    for (const side of ['old', 'new'] as const) {
      if (options.signal?.aborted) return found
      const { verdict } = await judge(side, options, { clauses, keepsRaw: false })
      for (const { id, outcome } of verdict.clauses) {
        found[side].set(id, [...(found[side].get(id) ?? []), outcome])
      }
    }
  }
  return found
}

function lookAt(lives: readonly RecordedLife[]): readonly LifeFacts[] {
  return factsOf(lives.map(({ recording }) => recording))
}

function snapshotOf({ verdict, recording: { evidence } }: Side) {
  return takeSnapshot({ evidence, verdict })
}

/** Under the conditions by which it came up in the gate. */
function turnerOf({ file, verdict }: Side, { resolved }: BinariesOptions): Turner {
  const { contract } = resolved
  return {
    subject: { file, ...resolved, grammar: compileGrammar(contract.announce) },
    conditions: verdict.conditions,
  }
}

/** What is kept holds the plain lives, too: the same can be compared again. */
function withLives(
  { evidence, raw, ...rest }: GateRecording,
  lives: readonly RecordedLife[],
  session: string,
): GateRecording {
  return {
    ...rest,
    evidence: {
      ...evidence,
      plan: { ...evidence.plan, session },
      lives: [...evidence.lives, ...lives.map(({ recording }) => recording)],
    },
    raw: new Map([...raw, ...rawStreams(lives)]),
  }
}
