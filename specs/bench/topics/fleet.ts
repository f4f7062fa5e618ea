import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { OURS } from '../targets.ts'
import { absent, type Comparison, type Side, sideOf, type Topic } from '../topic.ts'
import { takeTurns } from '../turns.ts'
import { PLAIN } from '../ways/plain.ts'
import { NotHereError } from '../workshop.ts'

const run = promisify(execFile)
const PROGRAM = join(import.meta.dirname, '../programs/launch-many.ts')
const AMOUNTS = [1, 10, 50, 100, 200]

/** What is told of each amount, and in what. */
const MEASURES = {
  readyMs: { what: 'all healthy', unit: 'ms' },
  cpuMs: { what: 'processor time of each', unit: 'ms' },
  grownKiB: { what: 'memory of each', unit: 'KiB' },
} as const

type Measure = keyof typeof MEASURES

/** Very many native sidecars: what is left of the time is whoever launches them. */
export const fleet: Topic = {
  name: 'fleet',
  what: '1 to 200 native sidecars at once: all healthy, and what each costs whoever launched it',
  mostRounds: 11,
  measure: async ({ rounds, workshop }) => {
    let file: string
    try {
      file = (await workshop.subject('native')).file
    } catch (error) {
      if (!(error instanceof NotHereError)) throw error
      return [{ what: 'at once', unit: 'ms', base: PLAIN, sides: [absent(OURS, error.message)] }]
    }
    const comparisons: Comparison[] = []
    for (const amount of AMOUNTS) comparisons.push(...(await compare(file, amount, rounds)))
    return comparisons
  },
}

async function compare(file: string, amount: number, rounds: number): Promise<readonly Comparison[]> {
  const contenders = Object.entries({ plain: PLAIN, harness: OURS }).map(([way, name]) => ({
    name,
    run: () => launchMany(way, file, amount),
  }))
  const taken = await takeTurns<Measure>(contenders, rounds, 1)
  return (Object.keys(MEASURES) as Measure[]).map(measure => {
    const sides: Side[] = taken.map(each => sideOf(each, measure))
    const { what, unit } = MEASURES[measure]
    return { what: `${amount} at once, ${what}`, unit, base: PLAIN, sides }
  })
}

/** In a process of its own, whose processor time and memory are this fleet's alone. */
async function launchMany(way: string, file: string, amount: number): Promise<Record<Measure, number>> {
  const { stdout } = await run(process.execPath, [PROGRAM, way, file, String(amount)])
  const { readyMs, cpuMs, grownBytes, healthy } = JSON.parse(stdout)
  if (healthy !== amount) throw new Error(`of ${amount} sidecars ${healthy} were healthy`)
  return { readyMs, cpuMs: cpuMs / amount, grownKiB: grownBytes / 1024 / amount }
}
