import { mkdirSync, readdirSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endProcess, processesWith } from '../harness/life/processes.ts'
import { until } from '../harness/life/until.ts'
import type { BenchRun } from './run.ts'
import { TOPICS } from './topics/index.ts'

/* That the bench measures, and says so. What it measures is for a quiet machine. */

const ROOT = join(import.meta.dirname, '../..')
/** A gate, and some programs of Node. */
const BENCH_MS = 120_000

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bench-spec-'))
  mkdirSync(join(directory, 'tmp'))
  await execa(join(ROOT, 'node_modules/.bin/tsdown'), { cwd: ROOT })
}, BENCH_MS)
afterAll(() => rm(directory, { recursive: true, force: true }))

function filesLeft(): readonly string[] {
  return readdirSync(join(directory, 'tmp'))
}

function startBench(...args: string[]) {
  const env = { TMPDIR: join(directory, 'tmp'), NODE_DISABLE_COMPILE_CACHE: '1' }
  const bench = join(ROOT, 'specs/bench/bench.ts')
  return execa(process.execPath, [bench, ...args], { env, reject: false, stdin: 'ignore', timeout: BENCH_MS })
}

describe('one round of what is cheap', () => {
  test('has a sample of every side, or why there is none', { timeout: BENCH_MS }, async () => {
    const json = join(directory, 'bench.json')
    const args = ['--only', 'start', '--only', 'recording', '--rounds', '1', '--json', json]
    const { exitCode, stdout, stderr } = await startBench(...args)

    expect(stderr).not.toContain('failed:')
    expect(exitCode).toBe(0)
    const run = JSON.parse(await readFile(json, 'utf8')) as BenchRun
    expect(run).toMatchObject({ schema: 1, rounds: 1 })
    expect(run.comparisons.map(({ what }) => what)).toEqual(expect.arrayContaining(['own start', 'an event']))
    for (const { sides } of run.comparisons) {
      expect(sides).not.toEqual([])
      for (const { samples, missing } of sides) {
        if (missing === undefined) expect(samples).toEqual([expect.any(Number)])
        else expect(samples).toEqual([])
      }
    }
    expect(stdout).toMatch(/\| the start of check --list +\| ≤ 1\.6 × node -e 0 \| [\d.]+ +\| (met|missed)/)
    expect(filesLeft()).toEqual([])

    const again = await startBench('--from', json)
    expect(again.exitCode).toBe(0)
    expect(again.stdout).toContain('| own start (1 rounds)')
  })
})

describe('what cannot be understood is told, and nothing is measured', () => {
  test.each([
    [['--only', 'readdy'], 'there is no topic "readdy"; there are ready, stop'],
    [['--rounds', 'many'], '--rounds takes a whole number from 1 on, and got "many"'],
    [['--from', 'nowhere.json'], 'nowhere.json cannot be read'],
    [['--json', 'nowhere/bench.json'], 'nowhere/bench.json cannot be written'],
    [['--fast'], "'--fast'"],
  ])('%j', async (args, message) => {
    const { exitCode, stderr } = await startBench(...args)
    expect(stderr).toContain(message)
    expect(exitCode).toBe(2)
  })

  test('--help tells every topic', async () => {
    const { exitCode, stdout } = await startBench('--help')
    expect(exitCode).toBe(0)
    for (const { name, what } of TOPICS) expect(stdout).toContain(`${name.padEnd(16)} ${what}`)
  })
})

test.skipIf(process.platform !== 'linux')(
  'interrupted, it leaves nothing',
  { timeout: BENCH_MS },
  async () => {
    const bench = startBench('--only', 'recording')
    try {
      // What it has made by then is removed by somebody else.
      await until(
        () => processesWith(directory).length > 2 && filesLeft().length > 0,
        'that it has a gate running',
      )
      bench.kill('SIGINT')
      expect((await bench).exitCode).toBe(130)
      await until(() => processesWith(directory).length === 0, 'that no process is left')
      await until(() => filesLeft().length === 0, 'that no file is left')
    } finally {
      for (const pid of processesWith(directory)) endProcess(pid)
    }
  },
)
