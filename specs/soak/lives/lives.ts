/*
 * A thousand lives in one process, by every door, of sidecars that are sound and of some that are not: what they leave
 * is compared with what was there before, and memory has to be flat.
 */

import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { selectHost } from '../../../harness/host/index.ts'
import { openSession } from '../../../harness/life/session.ts'
import { LEAVINGS, type Leaving, takeBack } from './leave.ts'
import { findLeftovers } from './leftovers.ts'
import { makePrograms, type Program } from './programs.ts'
import { growthPerLife, type Sample } from './slope.ts'
import { type Memory, type Stock, takeMemory, takeStock } from './stock.ts'
import { HEADING, rowOf } from './table.ts'
import { AT_ONCE, type Setting, WAYS, type Way } from './ways.ts'

export interface LivesOptions {
  readonly lives: number
  readonly leave: Leaving | undefined
  readonly signal: AbortSignal
}

/** After so many of these everything that lives is over, and looked at. */
const ROUND = 24
/** So often it is told how it stands. */
const TELL_EVERY = 100

/** What may grow by how much with each life, and how many lives say anything about it. */
interface GrowthLimit {
  readonly what: string
  readonly mostBytes: number
  readonly fewestLives: number
}

/**
 * A leak of what a life weighs, its recording or a buffer, is 10 KB and more. What runs often is compiled anew: in the
 * first two hundred lives a sound heap grows by 15 KB a life, and then by less than one.
 */
const HEAP: GrowthLimit = { what: 'heap', mostBytes: 5 * 1024, fewestLives: 400 }
/** C's allocator keeps what the worst round so far has needed, some 40 MB more at any time: what it loses is more in the end. */
const RESIDENT: GrowthLimit = { what: 'resident memory', mostBytes: 64 * 1024, fewestLives: 1_000 }

/** What was left, and what else is wrong; nothing where all is well. */
export async function soakLives({ lives, leave, signal }: LivesOptions): Promise<readonly string[]> {
  const warnings: string[] = []
  const onWarning = (warning: Error) => warnings.push(`warning: ${warning.name}: ${warning.message}`)
  process.on('warning', onWarning)
  const session = await openSession({ host: selectHost() })
  try {
    const programs = await makePrograms(await mkdtemp(join(tmpdir(), 'programs-')))
    const found = await new Soak(programs, { session, signal }, leave).live(lives)
    return [...found, ...warnings]
  } finally {
    await takeBack()
    await session.close()
    process.removeListener('warning', onWarning)
  }
}

class Soak {
  readonly #acts: readonly (() => Promise<number>)[]
  readonly #setting: Setting
  readonly #leave: Leaving | undefined
  readonly #heap: Sample[] = []
  readonly #resident: Sample[] = []
  #acted = 0
  #lived = 0

  constructor(programs: readonly Program[], setting: Setting, leave: Leaving | undefined) {
    this.#acts = actsOf(programs, Object.values(WAYS), setting)
    this.#setting = setting
    this.#leave = leave
  }

  async live(lives: number): Promise<readonly string[]> {
    // Each way once, for what is loaded, opened and kept for good by whoever comes first.
    await this.#playRound(Object.keys(WAYS).length)
    const before = takeStock(tmpdir())
    console.log(HEADING)
    const startedAtMs = performance.now()
    this.#lived = 0
    this.#tell(await takeMemory(), before, startedAtMs)
    let told = 0
    let stock = before
    while (this.#lived < lives && !this.#setting.signal.aborted) {
      const lived = this.#lived
      await this.#playRound(ROUND)
      if (this.#leave !== undefined) await LEAVINGS[this.#leave](this.#lived - lived)
      const memory = await takeMemory()
      stock = takeStock(tmpdir())
      this.#heap.push({ lives: this.#lived, bytes: memory.heapBytes })
      this.#resident.push({ lives: this.#lived, bytes: memory.residentBytes })
      if (this.#lived < told + TELL_EVERY && this.#lived < lives) continue
      told = this.#lived
      this.#tell(memory, stock, startedAtMs)
    }
    return [...findLeftovers(before, stock), ...(this.#setting.signal.aborted ? [] : this.#judgeMemory())]
  }

  /** Several at once, and the next when one is over; comes back when all are. */
  async #playRound(count: number): Promise<void> {
    const last = this.#acted + count
    const play = async () => {
      while (this.#acted < last && !this.#setting.signal.aborted) {
        const act = this.#acts[this.#acted++ % this.#acts.length]
        this.#lived += (await act?.()) ?? 0
      }
    }
    const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, play))
    const failed = ends.find(end => end.status === 'rejected')
    if (failed !== undefined && !this.#setting.signal.aborted) throw failed.reason
  }

  #tell(memory: Memory, stock: Stock, startedAtMs: number): void {
    console.log(
      rowOf({ lives: this.#lived, seconds: (performance.now() - startedAtMs) / 1000, memory, stock }),
    )
  }

  #judgeMemory(): readonly string[] {
    return [...judgeGrowth(this.#heap, HEAP), ...judgeGrowth(this.#resident, RESIDENT)]
  }
}

function judgeGrowth(
  samples: readonly Sample[],
  { what, mostBytes, fewestLives }: GrowthLimit,
): readonly string[] {
  if ((samples.at(-1)?.lives ?? 0) < fewestLives) {
    console.log(`${what}: judged from ${fewestLives} lives on`)
    return []
  }
  const bytes = growthPerLife(samples)
  const grown = `${(bytes / 1024).toFixed(2)} KiB with each life`
  console.log(`${what}: ${grown} more, of ${mostBytes / 1024} at most`)
  return bytes <= mostBytes ? [] : [`memory: the ${what} grows by ${grown}`]
}

/** Each program in each way; what comes together is another mix each time, since the two numbers have no common factor. */
function actsOf(
  programs: readonly Program[],
  ways: readonly Way[],
  setting: Setting,
): readonly (() => Promise<number>)[] {
  return Array.from({ length: programs.length * ways.length }, (_, index) => () => {
    const program = programs[index % programs.length] as Program
    return (ways[index % ways.length] as Way)(program, setting)
  })
}
