import { duration } from '../../text/duration.ts'
import { type Count, countIn, TELLING_MS } from '../counts.ts'
import type { Fix, KnownFailure } from '../known-failure.ts'

/** Who counts in whole seconds has to be seen for longer than one of them. */
const WHOLE_SECONDS_MS = 1_050
/** Since 1970, in seconds: no machine has been up for so long. */
const LONGEST_UPTIME_S = 1_000_000_000
/** Units are sixty times apart, or more: twice as much, where an answer was late, is still the same one. */
const LIKENESS = 2

const UNITS: readonly (readonly [string, number])[] = [
  ['milliseconds', 1e3],
  ['microseconds', 1e6],
  ['nanoseconds', 1e9],
  ['minutes', 1 / 60],
  ['hours', 1 / 3600],
]

const ELAPSED: Fix = {
  any: 'Subtract a start that was noted by the monotonic clock, and write seconds: Go time.Since(started).Seconds(), Rust started.elapsed().as_secs_f64().',
  node: 'process.uptime(): seconds since this process began, by the monotonic clock.',
  bun: 'process.uptime(), or performance.now() / 1000.',
  deno: 'performance.now() / 1000.',
  python: 'STARTED = time.monotonic() at the top of the program, then time.monotonic() - STARTED.',
  jvm: 'ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0: it counts milliseconds.',
}

/** Each a way in which an uptime is wrong. */
const KINDS: readonly {
  readonly id: string
  readonly title: string
  readonly sources: readonly string[]
  readonly fix: Fix
  /** What was counted instead, for the evidence; null where it is something else. */
  fits(count: Count): string | null
}[] = [
  {
    id: 'uptime-negative',
    title: 'Its uptime is negative: the start was taken for the end, or lies in the future.',
    sources: ['https://docs.python.org/3/library/time.html#time.monotonic'],
    fix: ELAPSED,
    fits: ({ value }) => (value < 0 ? 'it is negative' : null),
  },
  {
    id: 'uptime-is-the-time-of-day',
    title: 'Its uptime is the time since 1970: no start was subtracted.',
    sources: ['https://nodejs.org/api/process.html#processuptime'],
    fix: ELAPSED,
    fits: ({ value }) => (value > LONGEST_UPTIME_S ? 'it is the time since 1970' : null),
  },
  {
    id: 'uptime-stands-still',
    title: 'Its uptime stands still: it was counted once, or is a constant.',
    sources: ['https://nodejs.org/api/process.html#processuptime'],
    fix: { ...ELAPSED, any: `Count it in the handler, for each answer. ${ELAPSED.any}` },
    fits: ({ value, growth }) =>
      growth?.by === 0 && (growth.inMs > WHOLE_SECONDS_MS || !Number.isInteger(value))
        ? `it is the same ${duration(growth.inMs)} later`
        : null,
  },
  {
    id: 'uptime-in-wrong-unit',
    title: 'Its uptime counts in another unit than seconds.',
    sources: ['https://github.com/thedotmack/claude-mem/issues/2250'],
    fix: ELAPSED,
    fits: unitOf,
  },
  {
    id: 'uptime-of-the-machine',
    title: "Its uptime is another clock's: the machine's since it was switched on, mostly.",
    sources: ['https://nodejs.org/api/os.html#osuptime'],
    fix: {
      ...ELAPSED,
      node: 'process.uptime() and not os.uptime(), which is the machine’s.',
      python:
        'STARTED = time.monotonic() at the top of the program, and subtract it: time.monotonic() by itself counts from the start of the machine.',
    },
    fits: ({ value, ageMs }) => (value * 1000 > ageMs ? 'it is more than it has lived' : null),
  },
]

/** The unit in which it grows as time does; where there is one answer alone, the one that fits its age. */
function unitOf({ value, ageMs, growth }: Count): string | null {
  if (growth === null) return value > 0 && value <= ageMs + TELLING_MS ? 'it may be milliseconds' : null
  const perSecond = growth.by / (growth.inMs / 1000)
  const unit = UNITS.find(([, each]) => perSecond > each / LIKENESS && perSecond < each * LIKENESS)
  return unit === undefined ? null : `by its growth it counts ${unit[0]}`
}

const wrongCounts: readonly KnownFailure[] = KINDS.map(({ id, title, sources, fix, fits }) => ({
  id,
  title,
  clauses: ['health/uptime'],
  sources,
  fix,
  recognise(scene) {
    const count = countIn(scene)
    const what = count === null ? null : fits(count)
    return count === null || what === null ? null : { evidence: [what, ...toldBy(count)] }
  },
}))

const offPace: KnownFailure = {
  id: 'uptime-off-pace',
  title: 'Its uptime does not grow as time does.',
  clauses: ['health/uptime'],
  sources: ['https://nodejs.org/api/process.html#processuptime'],
  fix: ELAPSED,
  recognise(scene) {
    const count = countIn(scene)
    return { evidence: count === null ? [] : toldBy(count) }
  },
}

function toldBy({ value, ageMs, growth }: Count): readonly string[] {
  const young = `${value}, ${duration(ageMs)} after its launch`
  return growth === null
    ? [young]
    : [young, `grown by ${Number(growth.by.toPrecision(3))} in ${duration(growth.inMs)}`]
}

/** From the particular to the general. */
export const healthUptimeFailures: readonly KnownFailure[] = [...wrongCounts, offPace]
