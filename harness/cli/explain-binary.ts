import { locateArtifact } from '../artifact/locate.ts'
import type { ResolvedContract } from '../contract/resolve.ts'
import { asItWasStopped, conclude } from '../gate/conclude.ts'
import { findBinary } from '../gate/find-binary.ts'
import { type GateResult, runGate } from '../gate/gate.ts'
import { reachVerdict, type Verdict } from '../gate/verdict.ts'
import { writeRecording } from '../recording/archive.ts'
import { renderConclusion } from '../report/conclusion.ts'
import { renderDebugJson } from '../report/debug-document.ts'
import { describeFile } from '../report/file-facts.ts'
import { LiveTimeline } from '../report/live.ts'
import { paintFor } from '../report/paint.ts'
import type { DebugOptions } from './debug-options.ts'
import { EXIT } from './exit.ts'
import { chooseHost } from './host.ts'
import type { NamedBinary } from './named-binary.ts'
import { Onlooker } from './onlooker.ts'
import type { Progress } from './progress.ts'
import { undertake } from './undertake.ts'
import { name, version } from './version.ts'

export interface Task {
  readonly options: DebugOptions
  readonly resolved: ResolvedContract
  readonly named: NamedBinary | null
  /** Where the recording goes, if it is kept. */
  readonly place: string | undefined
  /** The contract's file holds others beside it. */
  readonly oneOfSeveral: boolean
}

const NOTHING_YET =
  '\nThis life shows no fault. It is driven through the others of the gate now; --once leaves it at this one.\n'

/** Launches a binary, tells of its life while it is lived, and then what it comes down to. The exit code. */
export async function explainBinary(task: Task): Promise<number> {
  const { options, place } = task
  // People read it as it comes, and from a file that it was sent to.
  const people = options.json ? process.stderr : process.stdout
  const paint = paintFor(people)
  const say = (text: string) => {
    people.write(text)
  }
  const timeline = new LiveTimeline(say, paint)
  const onlooker = new Onlooker({ timeline, watchMs: options.watchMs, say })
  return undertake(
    async ({ interrupt: { signal }, progress, saving }) => {
      const { verdict, recording } = await observe(task, { timeline, onlooker, signal, progress, say })
      progress.clear()
      const entries = timeline.end()
      say(`${entries.length > 0 ? '\n' : ''}${renderConclusion(verdict, paint)}`)
      if (options.json) process.stdout.write(renderDebugJson(verdict, entries, { name, version }))
      if (place !== undefined) {
        await saving.try(`The recording ${place}`, () => writeRecording(place, recording))
      }
      return verdict.outcome === 'pass' ? EXIT.passed : EXIT.failed
    },
    signal => onlooker.passOn(signal),
  )
}

interface Audience {
  readonly timeline: LiveTimeline
  readonly onlooker: Onlooker
  readonly signal: AbortSignal
  readonly progress: Progress
  say(text: string): void
}

/** The observed life, and where it shows no fault the rest of the gate. */
async function observe(
  { options, resolved, named, place, oneOfSeveral }: Task,
  { timeline, onlooker, signal, progress, say }: Audience,
): Promise<GateResult> {
  const found = await findBinary(resolved.contract, named?.path, {
    signal,
    onProgress: message => progress.say(message),
    ...(named === null ? {} : { namedBy: named.by }),
  })
  await locateArtifact(found.file)
  const { timeScale } = options
  const result = await runGate({
    ...{ resolved, host: await chooseHost('auto'), timeScale, oneOfSeveral, signal, witness: onlooker },
    ...found,
    keepsRaw: place !== undefined,
    onFile(artifact) {
      progress.clear()
      say(`${describeFile(artifact).join('\n')}\n\n`)
    },
    isEnough(soFar) {
      timeline.flush()
      if (options.once || onlooker.hasStopped || hasFailed(soFar)) return true
      say(NOTHING_YET)
      return false
    },
    // Not while the first life is told of line by line: the line that is written over would be among these.
    onProgress: (message, count) => {
      if (count !== undefined && count.done > 0) progress.say(message, count)
    },
  })
  return onlooker.hasStopped ? judgeAsStopped(result) : result
}

/** A warning may be what somebody looks for, and may be what they have lived with for years: the rest is looked at too. */
function hasFailed(verdict: Verdict): boolean {
  return conclude(verdict).main?.outcome === 'fail'
}

function judgeAsStopped({ verdict, recording }: GateResult): GateResult {
  const evidence = asItWasStopped(recording.evidence)
  const { facts } = recording
  if (evidence === recording.evidence) return { verdict, recording }
  return { verdict: reachVerdict(evidence, facts), recording: { ...recording, evidence } }
}
