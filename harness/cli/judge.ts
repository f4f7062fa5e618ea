import { locateArtifact } from '../artifact/locate.ts'
import type { ClauseId } from '../contract/catalogue.ts'
import type { ResolvedContract } from '../contract/resolve.ts'
import { type FoundBinary, findBinary } from '../gate/find-binary.ts'
import { type GateResult, runGate } from '../gate/gate.ts'
import { addUpRun } from '../gate/run-verdict.ts'
import type { Host } from '../host/host.ts'
import { writeRecording } from '../recording/archive.ts'
import type { NamedBinary } from './named-binary.ts'
import type { Progress } from './progress.ts'
import type { Saving } from './unsaved.ts'
import type { Judged } from './write-reports.ts'

/** One sidecar of a run, before its binary is found. */
export interface Sidecar {
  readonly resolved: ResolvedContract
  readonly clauses: readonly ClauseId[]
  /** Where its recording goes, if it is kept. */
  readonly place: string | undefined
}

export interface JudgeOptions {
  readonly named: NamedBinary | null
  /** The target triple to judge for, where it is not this machine's. */
  readonly target: string | undefined
  readonly host: Host
  readonly strict: boolean
  readonly timeScale: number
  readonly oneOfSeveral: boolean
  /** An unpacked bundle to look into. */
  readonly inside: string | undefined
  readonly signal: AbortSignal
  readonly progress: Progress
  readonly saving: Saving
}

/** Judges one sidecar after the other, and keeps what was recorded of each as soon as it is there. */
export async function judgeAll(sidecars: readonly Sidecar[], options: JudgeOptions): Promise<Judged> {
  // On performance.now(), whose zero is the start of this process.
  const phasesBefore = [{ name: 'start', ms: performance.now() }]
  const results: GateResult[] = []
  for (const subject of await findAll(sidecars, options)) results.push(await judge(subject, options))
  const run = addUpRun(
    results.map(({ verdict }) => verdict),
    { startedAt: new Date(performance.timeOrigin), durationMs: performance.now(), phasesBefore },
  )
  return { run, evidences: results.map(({ recording }) => recording.evidence) }
}

interface Subject extends Sidecar {
  readonly found: FoundBinary
  say: Progress['say']
}

/** All of them before the first is judged: a path that is wrong, or a build that fails, is known at once. */
async function findAll(
  sidecars: readonly Sidecar[],
  { named, target, signal, progress }: JudgeOptions,
): Promise<readonly Subject[]> {
  const subjects: Subject[] = []
  for (const sidecar of sidecars) {
    const { contract } = sidecar.resolved
    const of = sidecars.length === 1 ? '' : `${contract.name}: `
    const say: Progress['say'] = (message, count) => progress.say(`${of}${message}`, count)
    const context = { target, signal, onProgress: say, ...(named === null ? {} : { namedBy: named.by }) }
    const found = await findBinary(contract, named?.path, context)
    await locateArtifact(found.file)
    subjects.push({ ...sidecar, found, say })
  }
  return subjects
}

async function judge(
  { resolved, clauses, place, found, say }: Subject,
  { host, target, strict, timeScale, oneOfSeveral, inside, signal, saving }: JudgeOptions,
): Promise<GateResult> {
  const result = await runGate({
    ...{ resolved, clauses, host, target, strict, timeScale, oneOfSeveral, inside, signal },
    ...found,
    keepsRaw: place !== undefined,
    onProgress: say,
  })
  if (place !== undefined) {
    await saving.try(`The recording ${place}`, () => writeRecording(place, result.recording))
  }
  return result
}
