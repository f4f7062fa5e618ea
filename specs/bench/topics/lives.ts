import { SUBJECTS, type Subject, type SubjectName } from '../subjects.ts'
import { OURS } from '../targets.ts'
import { absent, broken, type Comparison, type Setting, type Side, type Topic } from '../topic.ts'
import { takeTurns } from '../turns.ts'
import { findWays, type Ways } from '../ways/index.ts'
import { LIMIT } from '../ways/limit.ts'
import type { Times, Way } from '../ways/way.ts'
import { NotHereError } from '../workshop.ts'

/** Our own two calls, with all that they do around a life. */
const CALLS = { ready: `${OURS}, the call of launch()`, stop: `${OURS}, the call of stop()` } as const

/** One moment of a life: which of its times it is, and where a call has a row of its own. */
type Moment = keyof typeof CALLS

/** From the launch to the moment at which whoever launched it goes on, by every way. */
export const ready: Topic = {
  name: 'ready',
  what: 'launch to ready, against a C program and what people use today',
  measure: async setting => {
    const ways = await findWays(setting.workshop)
    return compareAll(setting, 'ready', ways)
  },
}

/** From the signal to the moment at which the exit is known, by those who wait for it. */
export const stop: Topic = {
  name: 'stop',
  what: 'SIGTERM to the exit that is seen',
  measure: async setting => {
    const { here, absent: others } = await findWays(setting.workshop)
    const silent = here.filter(({ noStop }) => noStop !== undefined)
    const why = silent.map(({ name, noStop = '', version }) => absent(name, noStop, version))
    const ways = { here: here.filter(way => !silent.includes(way)), absent: [...others, ...why] }
    return compareAll(setting, 'stop', ways)
  },
}

async function compareAll(setting: Setting, moment: Moment, ways: Ways): Promise<readonly Comparison[]> {
  const comparisons: Comparison[] = []
  try {
    for (const name of SUBJECTS) comparisons.push(await compare(name, setting, moment, ways))
  } finally {
    for (const { end } of ways.here) end?.()
  }
  return comparisons
}

async function compare(
  name: SubjectName,
  { rounds, workshop }: Setting,
  moment: Moment,
  { here, absent: others }: Ways,
): Promise<Comparison> {
  const comparison = {
    what: `${moment === 'ready' ? 'launch to ready' : 'signal to exit seen'}, ${name}`,
    unit: 'ms',
    base: LIMIT,
  } as const
  let subject: Subject
  try {
    subject = await workshop.subject(name)
  } catch (error) {
    if (!(error instanceof NotHereError)) throw error
    return { ...comparison, sides: [absent(name, error.message)] }
  }
  const contenders = here.map(way => ({
    name: way.name,
    run: async () => figuresOf(await way.live(subject.file), moment),
  }))
  const taken = await takeTurns(contenders, rounds)
  const sides = taken.flatMap(({ name: row, samples, failure }) => {
    const way = here.find(each => each.name === row) as Way
    if (failure !== undefined) return [broken(row, failure, way.version)]
    return rowsOf(way, samples, moment)
  })
  return { ...comparison, sides: [...sides, ...others] }
}

function figuresOf(times: Times, moment: Moment): { own: number; whole: number } {
  const key = `${moment}Ms` as const
  return { own: times[key] ?? Number.NaN, whole: times.whole?.[key] ?? Number.NaN }
}

function rowsOf(
  { name, version }: Way,
  samples: readonly { own: number; whole: number }[],
  moment: Moment,
): Side[] {
  const own = { name, samples: samples.map(sample => sample.own) }
  const row = version === undefined ? own : { ...own, version }
  if (name !== OURS) return [row]
  return [row, { name: CALLS[moment], samples: samples.map(({ whole }) => whole) }]
}
