import { cpus } from 'node:os'
import { describeArtifact } from '../artifact/describe.ts'
import type { ArtifactDescription } from '../artifact/description.ts'
import { ignoredItsEnd } from '../compare/plain-life.ts'
import { type Turner, type TurnLives, takeTurns } from '../compare/take-turns.ts'
import { compileGrammar } from '../contract/announcement.ts'
import type { ResolvedContract } from '../contract/resolve.ts'
import { describeHost } from '../gate/describe-host.ts'
import type { RecordedLife } from '../gate/perform.ts'
import { type FileState, requireUnchanged, stateOf } from '../gate/unchanged.ts'
import type { Host } from '../host/host.ts'
import { calibrationSubject } from '../life/calibration.ts'
import type { HostDescription } from '../recording/evidence.ts'
import { isReady } from '../recording/query.ts'
import { BASELINE } from '../recording/recording.ts'
import { askedLife } from './asked-life.ts'
import { type ColdStarts, startCold } from './cold-starts.ts'
import { NoYardstickError, OldNotReadyError } from './errors.ts'
import { type Against, judgeTurns, needsMoreTurns } from './judge.ts'
import { LOOKS } from './metrics.ts'
import { type LivesInTurns, type Turn, turnsOf } from './sample.ts'

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
  /** What it is held against: there are more rounds where it cannot be told whether anything differs. */
  readonly against: Against | null
  /** Somebody may want to hold a later one against it, with the yardstick beside. */
  readonly isKept: boolean
  readonly host: Host
  readonly signal?: AbortSignal
  onProgress?(message: string): void
}

/**
 * Has lives of a binary take turns with those of the older one, and of a program that does nothing else, and adds some that
 * start cold. Null where it was interrupted. Throws ArtifactPathError for a file that is not there, ArtifactChangedError,
 * NoYardstickError and OldNotReadyError.
 */
export async function measure(options: BenchOptions): Promise<Benchmark | 'never ready' | null> {
  const { file, resolved, runs, against, host, signal, onProgress = () => {} } = options
  const startedAt = new Date(performance.timeOrigin + performance.now())
  const grammar = compileGrammar(resolved.contract.announce)
  const turnerOf = (path: string): Turner => ({
    ...{ subject: { file: path, ...resolved, grammar }, conditions: BASELINE, life: askedLife },
  })
  const older = against?.by === 'binary' ? against.path : null
  const sidecar = turnerOf(file)
  const guards = [await guard(file), ...(older === null ? [] : [await guard(older)])] as const
  const [{ artifact }] = guards
  const turns = await takeTurns<string>({
    sides: {
      ...(older === null ? {} : { before: turnerOf(older) }),
      // Between the two, so that each of them comes as often right after it.
      ...(older === null || options.isKept
        ? { yardstick: { subject: calibrationSubject(), conditions: BASELINE, life: askedLife } }
        : {}),
      sidecar,
    },
    runs,
    rounds: against === null ? 1 : LOOKS,
    needsMore: lives => against !== null && needsMoreTurns(judgeTurns(against, turnsOf(inTurns(lives)))),
    host,
    keepsRaw: false,
    signal,
    onTurn: (done, of) =>
      onProgress(
        `life ${done + 1} of ${of}, in turns with ${older === null ? 'one that does nothing else' : "the baseline's binary"}`,
      ),
  })
  if (signal?.aborted) return null
  const lives = inTurns(turns.lives)
  if (!turns.cameUp) {
    requireOthersReady(lives, { file, older })
    return 'never ready'
  }
  onProgress('starting it cold')
  const stops = !lives.sidecar.some(ignoredItsEnd)
  const cold = await startCold(sidecar, { host, signal, stops })
  if (signal?.aborted) return null
  for (const { artifact, since } of guards) await requireUnchanged(artifact, since)
  const measured = turnsOf(lives)
  const { path, name, sha256, bytes } = artifact
  return {
    startedAt,
    ...describeMachine(host),
    contract: resolved.contract.name,
    file: { path, name, sha256, bytes },
    turns: measured,
    failed: lives.sidecar.length - measured.length,
    cold,
    turnsMs: turns.durationMs,
  }
}

/** A file as it was before the first life of it. */
async function guard(file: string): Promise<{ artifact: ArtifactDescription; since: FileState }> {
  const since = await stateOf(file)
  return { artifact: await describeArtifact(file), since }
}

function inTurns({ sidecar = [], yardstick = [], before = [] }: TurnLives<string>): LivesInTurns {
  return { sidecar, yardstick, before }
}

/** Throws OldNotReadyError or NoYardstickError, unless it is the sidecar alone that did not come up. */
function requireOthersReady(
  { sidecar, before }: LivesInTurns,
  { file, older }: { readonly file: string; readonly older: string | null },
): void {
  const cameUp = (lives: readonly RecordedLife[]) => lives.some(({ recording }) => isReady(recording))
  if (older !== null && !cameUp(before)) throw new OldNotReadyError(older, { file, isReady: cameUp(sidecar) })
  if (cameUp(sidecar)) throw new NoYardstickError()
}

/** The machine that a benchmark holds for. */
export function describeMachine(host: Host): Pick<Benchmark, 'host' | 'cpu'> {
  const all = cpus()
  return { host: describeHost(host, all.length), cpu: all[0]?.model.trim() ?? 'unknown' }
}
