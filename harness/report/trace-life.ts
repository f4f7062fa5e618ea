import type { Verdict } from '../gate/verdict.ts'
import { eventsOf } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { phasesOf } from './life-phases.ts'
import { processesOf, shortCommand } from './life-processes.ts'
import { type Moment, momentsOf } from './moments.ts'
import { MARKS } from './paint.ts'

/** One event of the Trace Event Format: `ts` and `dur` are microseconds, `pid` and `tid` choose its track. */
export interface TraceEvent {
  readonly name: string
  readonly cat?: string
  /** X lasts, i is a moment, b and e begin and end what may overlap, C counts, M names a track. */
  readonly ph: 'X' | 'i' | 'b' | 'e' | 'C' | 'M'
  readonly ts?: number
  readonly dur?: number
  readonly pid: number
  readonly tid?: number
  /** Of b and e: the two that belong together. */
  readonly id?: string
  /** Of i: whether it is drawn across its thread, its process, or everything. */
  readonly s?: 't' | 'p' | 'g'
  readonly args?: Readonly<Record<string, string | number | null>>
}

/**
 * Tracks of a life that are no process. On Linux and macOS these pids are taken long before a sidecar is launched, and
 * Windows has none that four does not divide.
 */
const TRACKS = { life: 1, stdout: 2, stderr: 3 } as const

/** All of a life, as the process `pid` of a trace that begins at `firstMs` on the gate's clock. */
export function traceLife(
  life: LifeRecording,
  verdict: Verdict,
  pid: number,
  firstMs: number,
): readonly TraceEvent[] {
  const launchedMs = (life.events[0]?.atMs ?? firstMs) - firstMs
  const ts = (sinceLaunchMs: number) => microseconds(launchedMs + sinceLaunchMs)
  const moments = momentsOf(life)
  return [
    ...nameTracks(life, verdict, pid),
    ...phasesOf(life).map(
      ({ name, fromMs, toMs }): TraceEvent => ({
        ...{ name, cat: 'phase', ph: 'X', ts: ts(fromMs), dur: microseconds(toMs - fromMs) },
        ...{ pid, tid: TRACKS.life },
      }),
    ),
    ...processesOf(life).map(
      (process): TraceEvent => ({
        ...{ name: `pid ${process.pid}`, cat: 'process', ph: 'X', ts: ts(process.fromMs) },
        ...{
          dur: microseconds(process.toMs - process.fromMs),
          pid,
          tid: process.pid,
          args: { command: process.command },
        },
      }),
    ),
    ...moments.flatMap((moment, index) => traceMoment(moment, ts, pid, `${pid}.${index}`)),
    ...traceUsage(life, pid, firstMs),
    ...traceFailures(life, verdict, pid, ts),
  ]
}

function nameTracks(life: LifeRecording, verdict: Verdict, pid: number): readonly TraceEvent[] {
  const { id } = life
  const processes = processesOf(life).map(
    ({ pid: tid, command }) => [command === null ? 'launched' : shortCommand(command), tid] as const,
  )
  const tracks = [...Object.entries(TRACKS), ...processes].map(
    ([name, tid]): TraceEvent => ({ name: 'thread_name', ph: 'M', pid, tid, args: { name } }),
  )
  const { name } = verdict.contract
  return [
    { name: 'process_name', ph: 'M', pid, args: { name: `${id} (${name})` } },
    { name: 'process_sort_index', ph: 'M', pid, args: { sort_index: pid } },
    ...tracks,
    ...tracks.map(
      ({ tid = 0 }): TraceEvent => ({
        ...{ name: 'thread_sort_index', ph: 'M', pid, tid, args: { sort_index: tid } },
      }),
    ),
  ]
}

type ToTs = (sinceLaunchMs: number) => number

function traceMoment(moment: Moment, ts: ToTs, pid: number, id: string): readonly TraceEvent[] {
  const { kind, what, text, sinceLaunchMs, lastsMs } = moment
  const name = [what, text].filter(word => word !== '').join(' ')
  if (kind === 'stdout' || kind === 'stderr') {
    // A log line's name is what it says: so it can be read without a click.
    return [
      { name: text, cat: kind, ph: 'i', s: 't', ts: ts(sinceLaunchMs), pid, tid: TRACKS[kind], args: {} },
    ]
  }
  if (lastsMs !== null) {
    const track = { name, cat: 'request', pid, tid: TRACKS.life, id }
    return [
      { ...track, ph: 'b', ts: ts(sinceLaunchMs), args: {} },
      { ...track, ph: 'e', ts: ts(sinceLaunchMs + lastsMs), args: {} },
    ]
  }
  const decides = kind === 'demand' || kind === 'exit' || kind === 'bad'
  return [
    {
      ...{ name, cat: kind, ph: 'i', s: decides ? 'p' : 't', ts: ts(sinceLaunchMs) },
      ...{ pid, tid: TRACKS.life, args: { what, text } },
    },
  ]
}

/** What its processes use together, as often as it was looked at. */
function traceUsage(life: LifeRecording, pid: number, firstMs: number): readonly TraceEvent[] {
  return eventsOf(life, 'usage').flatMap(({ atMs, processes }): readonly TraceEvent[] => {
    const sum = (of: (used: (typeof processes)[number]) => number) =>
      processes.reduce((total, used) => total + of(used), 0)
    const at = { ph: 'C', ts: microseconds(atMs - firstMs), pid } as const
    return [
      { ...at, name: 'resident bytes', args: { bytes: sum(({ residentBytes }) => residentBytes) } },
      { ...at, name: 'processor ms', args: { ms: sum(({ cpuMs }) => cpuMs) } },
      ...(processes.every(({ descriptors }) => descriptors !== null)
        ? [
            {
              ...at,
              name: 'descriptors',
              args: { descriptors: sum(({ descriptors }) => descriptors ?? 0) },
            },
          ]
        : []),
    ]
  })
}

function traceFailures(
  { id }: LifeRecording,
  { clauses }: Verdict,
  pid: number,
  ts: ToTs,
): readonly TraceEvent[] {
  return clauses.flatMap((clause): readonly TraceEvent[] =>
    clause.seen?.life !== id
      ? []
      : [
          {
            ...{ name: `${MARKS[clause.outcome].mark} ${clause.id}`, cat: 'verdict', ph: 'i', s: 'p' },
            ...{ ts: ts(clause.seen.sinceLaunchMs), pid, tid: TRACKS.life },
            args: {
              outcome: clause.outcome,
              expected: clause.expected,
              observed: clause.observed,
              cause: clause.diagnosis?.cause ?? null,
            },
          },
        ],
  )
}

/** A thousandth of a millisecond, to a thousandth of that: more is noise of floating point. */
function microseconds(ms: number): number {
  return Math.round(ms * 1_000_000) / 1000
}
