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
import { launchPlain, stopPlain } from '../ways/plain.ts'
import { NotHereError } from '../workshop.ts'
import { windowsMs } from './windows.ts'

const run = promisify(execFile)

const GATE = 'the gate'
const BEYOND = 'the gate, less its windows'
const LOOP = 'a bare loop of as many lives'
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
    const { sides, parts } = await sidesOf(subject, rounds, workshop.directory)
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
  directory: string,
): Promise<{ sides: readonly Side[]; parts: readonly Side[] }> {
  // So many lives has the loop; they are the same in each gate.
  const first = await judge(subject, directory)
  const [loop, judged] = await takeTurns<string>(
    [
      { name: LOOP, run: () => live(subject.file, first.lives, first.concurrency) },
      { name: GATE, run: async () => (await judge(subject, directory)).times },
    ],
    rounds,
    1,
  )
  if (loop === undefined || judged === undefined) throw new Error('nobody took a turn')
  if (judged.failure !== undefined) return { sides: [sideOf(loop, LOOP), sideOf(judged, GATE)], parts: [] }
  const part = (name: string): Side => ({ ...sideOf(judged, name), name })
  const parts = Object.keys(first.times).filter(name => name !== GATE && name !== BEYOND)
  const groups = parts.filter(isGroup).map(part)
  const longest = groups.toSorted((a, b) => (b.samples[0] ?? 0) - (a.samples[0] ?? 0)).slice(0, LONGEST)
  return {
    sides: [sideOf(loop, LOOP), part(GATE), part(BEYOND)],
    parts: [...parts.filter(name => !isGroup(name)).map(part), ...longest],
  }
}

async function live(file: string, lives: number, concurrency: number): Promise<Record<string, number>> {
  const startedAtMs = performance.now()
  let begun = 0
  const work = async () => {
    while (begun < lives) {
      begun += 1
      await stopPlain(await launchPlain(file))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return { [LOOP]: performance.now() - startedAtMs }
}

interface Judged {
  readonly lives: number
  readonly concurrency: number
  readonly times: Record<string, number>
}

/** Throws where it did not pass: nothing that is measured here fails. */
async function judge({ file, gate: args }: Subject, directory: string): Promise<Judged> {
  const place = await mkdtemp(join(directory, 'gate-'))
  const [report, artifacts] = [join(place, 'verdict.json'), join(place, 'recording')]
  const env = { ...process.env, SIDECAR_BINARY: file }
  const kept = ['--reporter', `json=${report}`, '--artifacts', artifacts]
  const startedAtMs = performance.now()
  await run(process.execPath, [join(DIST, 'cli.js'), 'check', ...args, ...kept], { env })
  const tookMs = performance.now() - startedAtMs
  const verdict = JSON.parse(await readFile(report, 'utf8')) as VerdictDocument
  const evidence = await readRecording(artifacts)
  await rm(place, { recursive: true })
  return {
    lives: evidence.lives.length,
    concurrency: verdict.concurrency,
    times: timesOf(tookMs, verdict, evidence),
  }
}

/** The whole, and what it went on. */
function timesOf(
  tookMs: number,
  { durationMs, phases }: VerdictDocument,
  evidence: Evidence,
): Record<string, number> {
  const windows = windowsMs(evidence.lives)
  const sum = phases.reduce((total, { ms }) => total + ms, 0)
  return {
    [GATE]: tookMs,
    [BEYOND]: tookMs - windows,
    ...Object.fromEntries(phases.map(({ name, ms }) => [name, ms])),
    'judging, and what is between phases': durationMs - sum,
    'reports, and the end of the process': tookMs - durationMs,
    'of the lives: nothing but watching': windows,
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
