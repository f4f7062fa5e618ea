import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { OURS } from '../targets.ts'
import { absent, type Comparison, type Side, sideOf, type Topic } from '../topic.ts'
import { type Taken, takeTurns } from '../turns.ts'
import { NotHereError } from '../workshop.ts'

const run = promisify(execFile)

const MIB = 1024 ** 2
const TOTAL_BYTES = 1024 * MIB
const WRITES: Readonly<Record<string, number>> = { '64 KiB': 64 * 1024, '4 KiB': 4 * 1024, '100 bytes': 100 }
const READER = join(import.meta.dirname, '../programs/read-flood.ts')

const CAT = 'cat >/dev/null'
const BY_HAND = 'child_process, chunks dropped'
/** The most that anybody can read from Node. */
const BY_PIPE = 'a pipe read by Node, chunks dropped'

/** One that logs without end is read as fast as it writes, and not kept. */
export const flood: Topic = {
  name: 'flood',
  what: '1 GiB on stderr: how fast it is read, and what is kept of it',
  // Ten million writes take seconds.
  mostRounds: 7,
  measure: async ({ rounds, workshop }) => {
    let program: string
    try {
      program = await workshop.program('flood')
    } catch (error) {
      if (!(error instanceof NotHereError)) throw error
      return [{ what: 'a flood', unit: 'GB/s', base: CAT, sides: [absent(OURS, error.message)] }]
    }
    const comparisons: Comparison[] = []
    const memory: Side[] = []
    for (const [writes, bytes] of Object.entries(WRITES)) {
      const taken = await takeTurns(contenders(program, bytes), rounds, 1)
      comparisons.push({
        what: `a flood in writes of ${writes}`,
        unit: 'GB/s',
        base: CAT,
        sides: taken.map(each => sideOf(each, 'rate')),
      })
      memory.push(...taken.filter(({ name }) => name === OURS).map(each => grown(each, writes)))
    }
    const most = worstOf(memory)
    return [...comparisons, { what: 'a flood: memory', unit: 'MiB', base: null, sides: [...most, ...memory] }]
  },
}

interface Flooded {
  readonly rate: number
  readonly grownMiB: number
}

function contenders(program: string, bytes: number) {
  const amount = [String(bytes), String(TOTAL_BYTES)]
  return [
    { name: CAT, run: () => byCat(program, amount) },
    { name: BY_HAND, run: () => byReader('plain', program, amount) },
    { name: BY_PIPE, run: () => byReader('pipe', program, amount) },
    { name: OURS, run: () => byReader('harness', program, amount) },
  ]
}

/** Behind a real pipe; what the program says of itself goes past cat. */
async function byCat(program: string, amount: readonly string[]): Promise<Flooded> {
  const script = '{ "$0" "$@" 2>&1 >&3 | cat >/dev/null; } 3>&1'
  const { stdout } = await run('sh', ['-c', script, program, ...amount])
  return { rate: rateOf(JSON.parse(stdout).ns), grownMiB: 0 }
}

/** In a process of its own, whose memory is this flood's alone. */
async function byReader(
  way: 'plain' | 'pipe' | 'harness',
  program: string,
  amount: readonly string[],
): Promise<Flooded> {
  const { stdout } = await run(process.execPath, [READER, way, program, ...amount])
  const { ns, receivedBytes, grownBytes } = JSON.parse(stdout)
  if (receivedBytes !== TOTAL_BYTES) throw new Error(`of ${TOTAL_BYTES} bytes ${receivedBytes} were read`)
  return { rate: rateOf(ns), grownMiB: grownBytes / MIB }
}

/** By the clock of the one that writes: it is through when the last byte is in the pipe. */
function rateOf(ns: number): number {
  return TOTAL_BYTES / ns
}

function grown(taken: Taken<keyof Flooded>, writes: string): Side {
  return { ...sideOf(taken, 'grownMiB'), name: `${OURS}, writes of ${writes}` }
}

/** Round by round the worst of all sizes: what has to be flat is flat for each. */
function worstOf(sides: readonly Side[]): readonly Side[] {
  const [first] = sides
  if (first === undefined || sides.some(({ samples }) => samples.length !== first.samples.length)) return []
  const samples = first.samples.map((_, round) => Math.max(...sides.map(side => side.samples[round] ?? 0)))
  return samples.length === 0 ? [] : [{ name: OURS, samples }]
}
