import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readRecording } from '../../../harness/recording/archive.ts'
import type { Evidence } from '../../../harness/recording/evidence.ts'
import type { VerdictDocument } from '../../../harness/report/verdict-document.ts'
import type { Subject, SubjectName } from '../subjects.ts'
import { absent, type Comparison, type Setting, type Side, sideOf, type Topic } from '../topic.ts'
import { takeTurns } from '../turns.ts'
import { DIST } from '../ways/harness.ts'
import { NotHereError, type Workshop } from '../workshop.ts'
import { type Watching, watchingOf } from './windows.ts'

const run = promisify(execFile)
const CLI = join(DIST, 'cli.js')

const GATE = 'the gate'
/** What its user waits for beyond what is watched on purpose, for which any gate would have to wait. */
const BEYOND = 'the gate, beyond its windows'
/** And what it would take if nothing were done while something is watched. */
const WORK = 'the gate, less where it only watches'
const LOOP = 'a bare loop of as many lives'
/** As rows of their own, and no part of what it went on. */
const WHOLES: readonly string[] = [GATE, BEYOND, WORK]
const GROUP = 'beside others: '
/** As many groups say where the time is. */
const LONGEST = 6

/** The whole gate, by the built command, against a loop of as many lives that looks at nothing. */
export const gate: Topic = {
  name: 'gate',
  what: 'the whole gate against a bare loop of as many lives at the same concurrency, and what the rest went on',
  mostRounds: 11,
  measure: async setting => [...(await compare('reference', setting)), ...(await compare('native', setting))],
}

async function compare(name: SubjectName, { rounds, workshop }: Setting): Promise<readonly Comparison[]> {
  const what = `the gate, ${name}`
  try {
    const subject = await workshop.subject(name)
    const { sides, parts } = await sidesOf(subject, rounds, workshop)
    return [
      { what, unit: 'ms', base: LOOP, sides },
      { what: `${what}: what it went on`, unit: 'ms', base: null, sides: parts },
    ]
  } catch (error) {
    if (!(error instanceof NotHereError)) throw error
    return [{ what, unit: 'ms', base: LOOP, sides: [absent(GATE, error.message)] }]
  }
}

async function sidesOf(
  subject: Subject,
  rounds: number,
  workshop: Workshop,
): Promise<{ sides: readonly Side[]; parts: readonly Side[] }> {
  const { directory } = workshop
  const script = await workshop.script('live-many')
  // So many lives has the loop; they are the same in each gate.
  const { lives, concurrency } = await record(subject, directory)
  const loop = async () => ({
    [LOOP]: await msOf(script, [subject.file, String(lives), String(concurrency)]),
  })
  const gate = async () => {
    const tookMs = await judge(subject)
    const { watchedMs, aloneMs, parts } = await record(subject, directory)
    return { [GATE]: tookMs, [BEYOND]: tookMs - watchedMs, [WORK]: tookMs - aloneMs, ...parts }
  }
  const taken = await takeTurns<string>(
    [
      { name: LOOP, run: loop },
      { name: GATE, run: gate },
    ],
    rounds,
    1,
  )
  const [looped, judged] = taken
  if (looped === undefined || judged === undefined) throw new Error('nobody took a turn')
  if (judged.failure !== undefined) return { sides: [sideOf(looped, LOOP), sideOf(judged, GATE)], parts: [] }
  const part = (name: string): Side => ({ ...sideOf(judged, name), name })
  const parts = Object.keys(judged.samples[0] ?? {}).filter(name => !WHOLES.includes(name))
  const groups = parts.filter(isGroup).map(part)
  const longest = groups.toSorted((a, b) => (b.samples[0] ?? 0) - (a.samples[0] ?? 0)).slice(0, LONGEST)
  return {
    sides: [sideOf(looped, LOOP), ...WHOLES.map(part)],
    parts: [...parts.filter(name => !isGroup(name)).map(part), ...longest],
  }
}

/** A process of its own, as a gate is one. */
async function msOf(script: string, args: readonly string[], env = process.env): Promise<number> {
  const startedAtMs = performance.now()
  await run(process.execPath, [script, ...args], { env })
  return performance.now() - startedAtMs
}

/** As its user calls it. Throws where it did not pass: nothing that is measured here fails. */
function judge({ file, gate }: Subject): Promise<number> {
  return msOf(CLI, ['check', ...gate], { ...process.env, SIDECAR_BINARY: file })
}

interface Recorded {
  readonly lives: number
  readonly concurrency: number
  readonly watchedMs: number
  readonly aloneMs: number
  readonly parts: Record<string, number>
}

/** Once more right after it, and kept: a recording tells how long was watched, and what all went on. */
async function record({ file, gate }: Subject, directory: string): Promise<Recorded> {
  const place = await mkdtemp(join(directory, 'gate-'))
  const [report, artifacts] = [join(place, 'verdict.json'), join(place, 'recording')]
  const kept = ['--reporter', `json=${report}`, '--artifacts', artifacts]
  const tookMs = await msOf(CLI, ['check', ...gate, ...kept], { ...process.env, SIDECAR_BINARY: file })
  const verdict = JSON.parse(await readFile(report, 'utf8')) as VerdictDocument
  const evidence = await readRecording(artifacts)
  await rm(place, { recursive: true })
  const watching = watchingOf(evidence.lives)
  return {
    lives: evidence.lives.length,
    concurrency: verdict.concurrency,
    ...watching,
    parts: partsOf(tookMs, verdict, watching, evidence),
  }
}

function partsOf(
  tookMs: number,
  { durationMs, phases }: VerdictDocument,
  { watchedMs, aloneMs }: Watching,
  evidence: Evidence,
): Record<string, number> {
  const sum = phases.reduce((total, { ms }) => total + ms, 0)
  return {
    'all of it, with its recording kept': tookMs,
    ...Object.fromEntries(phases.map(({ name, ms }) => [name, ms])),
    'judging, and keeping the recording': durationMs - sum,
    'reports, and the end of the process': tookMs - durationMs,
    'of the lives: watched on purpose': watchedMs,
    'of that: with nothing else under way': aloneMs,
    ...groupsOf(evidence),
  }
}

/** How long each group of scenarios took, from its first launch to its last end; most run beside others. */
function groupsOf({ lives }: Evidence): Record<string, number> {
  const groups = new Map<string, { from: number; to: number }>()
  for (const { scenario, events } of lives) {
    const name = scenario.replace(/-(sigterm|sigint)$/, '')
    const [from = 0, to = 0] = [events[0]?.atMs, events.at(-1)?.atMs]
    const known = groups.get(name) ?? { from, to }
    groups.set(name, { from: Math.min(from, known.from), to: Math.max(to, known.to) })
  }
  return Object.fromEntries([...groups].map(([name, { from, to }]) => [`${GROUP}${name}`, to - from]))
}

function isGroup(name: string): boolean {
  return name.startsWith(GROUP)
}
