import { cpus } from 'node:os'
import { describeArtifact } from '../artifact/describe.ts'
import { ignoredItsEnd } from '../compare/plain-life.ts'
import { type Turner, type TurnLives, takeTurns } from '../compare/take-turns.ts'
import { compileGrammar } from '../contract/announcement.ts'
import type { ResolvedContract } from '../contract/resolve.ts'
import { describeHost } from '../gate/describe-host.ts'
import { requireUnchanged, stateOf } from '../gate/unchanged.ts'
import type { Host } from '../host/host.ts'
import { calibrationSubject } from '../life/calibration.ts'
import type { HostDescription } from '../recording/evidence.ts'
import { isReady } from '../recording/query.ts'
import { BASELINE } from '../recording/recording.ts'
import { PlainError } from '../text/plain-error.ts'
import { askedLife } from './asked-life.ts'
import { type ColdStarts, startCold } from './cold-starts.ts'
import { judgeTurns, needsMoreTurns } from './judge.ts'
import { LOOKS } from './metrics.ts'
import { type Turn, turnsOf } from './sample.ts'

/** What was measured of one binary on one machine: with it a later one can be judged. */
export interface Benchmark {
  readonly startedAt: Date
  readonly host: HostDescription
  /** What the processor calls itself: times of two machines say nothing of two binaries. */
  readonly cpu: string
  readonly contract: string
  readonly file: {
    readonly path: string
    readonly name: string
    readonly sha256: string
    readonly bytes: number
  }
  readonly turns: readonly Turn[]
  /** Turns in which it did not become ready, of all. */
  readonly failed: number
  readonly cold: ColdStarts
  /** How long all lives took. */
  readonly turnsMs: number
}

export interface BenchOptions {
  readonly resolved: ResolvedContract
  /** The binary, absolute. */
  readonly file: string
  /** Turns in one round. */
  readonly runs: number
  /** The turns of a baseline: there are more rounds where it cannot be told whether anything differs from them. */
  readonly baseline: readonly Turn[] | null
  readonly host: Host
  readonly signal?: AbortSignal
  onProgress?(message: string): void
}

/** The program that this machine is measured by did not come up. */
export class NoYardstickError extends PlainError {
  override readonly name = 'NoYardstickError'
  override readonly blame = 'machine'

  constructor() {
    super(
      'The program that shows how quick this machine is, a server in Node that does nothing else, did not become ready, while the sidecar did. Nothing can be measured here.',
    )
  }
}

/**
 * Has lives of a binary take turns with those of a program that does nothing else, and adds some that start cold. Null
 * where it was interrupted. Throws ArtifactPathError for a file that is not there, ArtifactChangedError and
 * NoYardstickError.
 */
export async function measure(options: BenchOptions): Promise<Benchmark | 'never ready' | null> {
  const { file, resolved, runs, baseline, host, signal, onProgress = () => {} } = options
  const startedAt = new Date(performance.timeOrigin + performance.now())
  const before = await stateOf(file)
  const artifact = await describeArtifact(file)
  const grammar = compileGrammar(resolved.contract.announce)
  const sidecar: Turner = { subject: { file, ...resolved, grammar }, conditions: BASELINE, life: askedLife }
  const turns = await takeTurns({
    sides: {
      sidecar,
      yardstick: { subject: calibrationSubject(), conditions: BASELINE, life: askedLife },
    },
    runs,
    rounds: baseline === null ? 1 : LOOKS,
    needsMore: lives => baseline !== null && needsMoreTurns(judgeTurns(baseline, inTurns(lives))),
    host,
    keepsRaw: false,
    signal,
    onTurn: (done, of) => onProgress(`life ${done + 1} of ${of}, in turns with one that does nothing else`),
  })
  if (signal?.aborted) return null
  if (!turns.cameUp) {
    if (turns.lives.sidecar.some(({ recording }) => isReady(recording))) throw new NoYardstickError()
    return 'never ready'
  }
  onProgress('starting it cold')
  const stops = !turns.lives.sidecar.some(ignoredItsEnd)
  const cold = await startCold(sidecar, { host, signal, stops })
  if (signal?.aborted) return null
  await requireUnchanged(artifact, before)
  const measured = inTurns(turns.lives)
  const { path, name, sha256, bytes } = artifact
  return {
    startedAt,
    ...describeMachine(host),
    contract: resolved.contract.name,
    file: { path, name, sha256, bytes },
    turns: measured,
    failed: turns.lives.sidecar.length - measured.length,
    cold,
    turnsMs: turns.durationMs,
  }
}

function inTurns({ sidecar, yardstick }: TurnLives<'sidecar' | 'yardstick'>): readonly Turn[] {
  return turnsOf(sidecar, yardstick)
}

/** The machine that a benchmark holds for. */
export function describeMachine(host: Host): Pick<Benchmark, 'host' | 'cpu'> {
  const all = cpus()
  return { host: describeHost(host, all.length), cpu: all[0]?.model.trim() ?? 'unknown' }
}
