import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { SHARES, type Share } from '../programs/where-time-goes.ts'
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

/** The one that there is a target for. */
const PROFILED = 100
/** Shares of a whole move little. */
const PROFILES = 5
const WAYS = { plain: PLAIN, harness: OURS } as const

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
    comparisons.push(await compareShares(file, Math.min(rounds, PROFILES)))
    return comparisons
  },
}

async function compare(file: string, amount: number, rounds: number): Promise<readonly Comparison[]> {
  const contenders = Object.entries(WAYS).map(([way, name]) => ({
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

/** Who the time of a launch is spent by, as a profile of the whole fleet has it. */
async function compareShares(file: string, rounds: number): Promise<Comparison> {
  const contenders = Object.entries(WAYS).map(([way, name]) => ({ name, run: () => profileMany(way, file) }))
  const taken = await takeTurns<Share>(contenders, rounds, 1)
  const sides = taken.flatMap(each =>
    SHARES.map(share => ({ ...sideOf(each, share), name: `${each.name}: ${share}` })),
  )
  return { what: `${PROFILED} at once: where the time of each goes`, unit: 'ms', base: null, sides }
}

async function profileMany(way: string, file: string): Promise<Record<Share, number>> {
  const { stdout } = await run(process.execPath, [PROGRAM, way, file, String(PROFILED), 'profile'])
  const { spentMs, healthy } = JSON.parse(stdout)
  if (healthy !== PROFILED) throw new Error(`of ${PROFILED} sidecars ${healthy} were healthy`)
  const each = SHARES.map(share => [share, spentMs[share] / PROFILED])
  return Object.fromEntries(each)
}

/** In a process of its own, whose processor time and memory are this fleet's alone. */
async function launchMany(way: string, file: string, amount: number): Promise<Record<Measure, number>> {
  const { stdout } = await run(process.execPath, [PROGRAM, way, file, String(amount)])
  const { readyMs, cpuMs, grownBytes, healthy } = JSON.parse(stdout)
  if (healthy !== amount) throw new Error(`of ${amount} sidecars ${healthy} were healthy`)
  return { readyMs, cpuMs: cpuMs / amount, grownKiB: grownBytes / 1024 / amount }
}
