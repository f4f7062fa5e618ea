import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest'
import { makeFaulty } from '../../fixtures/faulty/make.ts'
import { hasCompiler, makeNative, NEEDS_COMPILER } from '../../fixtures/native/make.ts'
import { compareBinaries } from '../../harness/compare/binaries.ts'
import type { Comparison } from '../../harness/compare/compare.ts'
import { MEANINGS } from '../../harness/compare/measures.ts'
import type { ClauseId } from '../../harness/contract/catalogue.ts'
import { resolveContract } from '../../harness/contract/resolve.ts'
import { selectHost } from '../../harness/host/index.ts'
import { duration } from '../../harness/text/duration.ts'
import { startBusyLoops } from '../soak/load.ts'

/*
 * A comparison that finds something where nothing is gets switched off, and one that misses a start that takes a third
 * longer is of no use: twenty of a file with itself, and some of a build with a slower one.
 */

/** Together they take as long as the lives that take turns: whole gates have slow specs of their own. */
const CLAUSES: readonly ClauseId[] = [
  'artifact/executable',
  'logs/stdout-machine-only',
  'stop/sigterm',
  'stop/sigint',
]
const RUNS = 15
const TIMEOUT_MS = 240_000

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'compare-'))
})
afterAll(() => rm(directory, { recursive: true }))

const isPossible = await hasCompiler()

async function compareThem(old: string, now: string): Promise<Comparison> {
  const resolved = resolveContract({}, { file: null, directory })
  const files = { old, new: now }
  const compared = await compareBinaries({
    ...{ ...files, resolved, clauses: CLAUSES, runs: RUNS, keepsRaw: false, host: selectHost() },
  })
  if (compared === null) throw new Error('nobody interrupted it')
  return compared.comparison
}

/** Compares so many times, and annotates what each took. */
async function compareAgainAndAgain(
  times: number,
  [old, now]: readonly [string, string],
  annotate: TestContext['annotate'],
): Promise<readonly Comparison[]> {
  const begunAtMs = performance.now()
  const comparisons: Comparison[] = []
  for (let time = 0; time < times; time++) comparisons.push(await compareThem(old, now))
  const ready = comparisons.map(({ measures }) => {
    const shift = measures.find(({ metric }) => metric === 'readyMs')?.shift
    const [low, high] = shift?.interval ?? [0, 0]
    return `${(shift?.estimate ?? 0).toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`
  })
  const each = duration((performance.now() - begunAtMs) / times)
  await annotate(`${times} comparisons, ${each} each; ready later by ${ready.join(', ')} ms`)
  return comparisons
}

describe.each([
  { load: 'idle', loops: 0 },
  { load: 'with a busy loop for each core', loops: availableParallelism() },
])('on a machine that is $load', ({ loops }) => {
  let busy: ReturnType<typeof startBusyLoops>
  beforeAll(() => {
    busy = startBusyLoops(loops)
  })
  afterAll(() => busy.end())

  test.for<['native' | 'twin', number]>([
    ['native', loops === 0 ? 10 : 5],
    ['twin', loops === 0 ? 3 : 2],
  ])(
    'the %s sidecar does not differ from itself, in %i of as many comparisons',
    { timeout: TIMEOUT_MS },
    async ([name, times], { annotate, skip }) => {
      skip(name === 'native' && !isPossible, NEEDS_COMPILER)
      const file =
        name === 'native'
          ? await makeNative('native-sidecar', directory)
          : await makeFaulty('none', directory)

      const comparisons = await compareAgainAndAgain(times, [file, file], annotate)

      expect(comparisons.flatMap(({ differences }) => differences)).toEqual([])
    },
  )
})

describe.each([
  { load: 'idle', loops: 0, times: 5 },
  { load: 'with a busy loop for each core', loops: availableParallelism(), times: 2 },
])('a start that takes 30 % longer, of 100 ms and more, on a machine that is $load', ({ loops, times }) => {
  const BEFORE_MS = 100
  let busy: ReturnType<typeof startBusyLoops>
  beforeAll(() => {
    busy = startBusyLoops(loops)
  })
  afterAll(() => busy.end())

  test('is found every time, or where loops take the processor told as too noisy to tell, and nothing else is', {
    timeout: TIMEOUT_MS,
  }, async ({ annotate }) => {
    const old = await startsLater('old', BEFORE_MS)
    const { median = 0 } = (await compareThem(old, old)).measures.find(isReady)?.from ?? {}
    expect(median).toBeGreaterThanOrEqual(100)
    const now = await startsLater('new', BEFORE_MS + 0.3 * median)

    const comparisons = await compareAgainAndAgain(times, [old, now], annotate)

    const { announcedMs, readyMs } = MEANINGS
    const all = [announcedMs, readyMs].map(({ name }) => `regression ${name}`)
    for (const { differences, measures } of comparisons) {
      const found = differences.map(({ kind, subject }) => `${kind} ${subject}`)
      if (loops === 0) expect(found).toEqual(all)
      else expect(all).toEqual(expect.arrayContaining(found))
      // Nobody is told that it is noise.
      expect(measures.find(isReady)?.finding).toMatch(loops === 0 ? /^beyond$/ : /^(beyond|unclear)$/)
    }
  })

  /** The sound twin, which first waits so long: what a start does with its time is its own affair. */
  async function startsLater(name: string, ms: number): Promise<string> {
    const [head = '', ...rest] = (await readFile(await makeFaulty('none', directory), 'utf8')).split('\n')
    const path = join(directory, `${name}-build`)
    const wait = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms})`
    await writeFile(path, [head, wait, ...rest].join('\n'))
    await chmod(path, 0o755)
    return path
  }
})

function isReady({ metric }: Comparison['measures'][number]): boolean {
  return metric === 'readyMs'
}
