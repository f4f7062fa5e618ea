import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
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

/** Where Linux keeps files in memory: what a life's directories take on a disk, they do not take there. */
const IN_MEMORY = '/dev/shm'
const OURS_IN_MEMORY = `${OURS}, its directories in memory`

/** Someone who launches a fleet. */
interface Way {
  readonly name: string
  /** What `launch-many.ts` calls it. */
  readonly way: 'plain' | 'harness'
  /** Where it is to make directories; null for where this process would. */
  readonly temporary: string | null
}

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
    const ways = await waysHere()
    const comparisons: Comparison[] = []
    for (const amount of AMOUNTS) comparisons.push(...(await compare(ways, file, amount, rounds)))
    comparisons.push(await compareShares(ways, file, Math.min(rounds, PROFILES)))
    return comparisons
  },
}

async function waysHere(): Promise<readonly Way[]> {
  const ways: Way[] = [
    { name: PLAIN, way: 'plain', temporary: null },
    { name: OURS, way: 'harness', temporary: null },
  ]
  const hasMemory = await access(IN_MEMORY, constants.W_OK).then(
    () => true,
    () => false,
  )
  // The harness makes a directory of its own in there, and clears it away, whatever becomes of this process.
  if (hasMemory) ways.push({ name: OURS_IN_MEMORY, way: 'harness', temporary: IN_MEMORY })
  return ways
}

async function compare(
  ways: readonly Way[],
  file: string,
  amount: number,
  rounds: number,
): Promise<readonly Comparison[]> {
  const contenders = ways.map(way => ({ name: way.name, run: () => launchMany(way, file, amount) }))
  const taken = await takeTurns<Measure>(contenders, rounds, 1)
  return (Object.keys(MEASURES) as Measure[]).map(measure => {
    const sides: Side[] = taken.map(each => sideOf(each, measure))
    const { what, unit } = MEASURES[measure]
    return { what: `${amount} at once, ${what}`, unit, base: PLAIN, sides }
  })
}

/** Who the time of a launch is spent by, as a profile of the whole fleet has it. */
async function compareShares(ways: readonly Way[], file: string, rounds: number): Promise<Comparison> {
  const contenders = ways.map(way => ({ name: way.name, run: () => profileMany(way, file) }))
  const taken = await takeTurns<Share>(contenders, rounds, 1)
  const sides = taken.flatMap(each =>
    SHARES.map(share => ({ ...sideOf(each, share), name: `${each.name}: ${share}` })),
  )
  return { what: `${PROFILED} at once: where the time of each goes`, unit: 'ms', base: null, sides }
}

async function profileMany(way: Way, file: string): Promise<Record<Share, number>> {
  const { spentMs } = await runFleet(way, file, PROFILED, 'profile')
  const each = SHARES.map(share => [share, spentMs[share] / PROFILED])
  return Object.fromEntries(each)
}

async function launchMany(way: Way, file: string, amount: number): Promise<Record<Measure, number>> {
  const { readyMs, cpuMs, grownBytes } = await runFleet(way, file, amount)
  return { readyMs, cpuMs: cpuMs / amount, grownKiB: grownBytes / 1024 / amount }
}

/** In a process of its own, whose processor time and memory are this fleet's alone. Comes back with what it tells. */
async function runFleet({ way, temporary }: Way, file: string, amount: number, ...further: string[]) {
  const env = temporary === null ? process.env : { ...process.env, TMPDIR: temporary }
  const { stdout } = await run(process.execPath, [PROGRAM, way, file, String(amount), ...further], { env })
  const told = JSON.parse(stdout)
  if (told.healthy !== amount) throw new Error(`of ${amount} sidecars ${told.healthy} were healthy`)
  return told
}
