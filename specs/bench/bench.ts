/* `pnpm bench`: how fast is it? Measures, tells, and keeps what was measured. */

import { access, mkdtemp, open, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { replaceBetween } from '../../fixtures/faulty/markdown.ts'
import guardRun from '../setup.ts'
import { type BenchOptions, HELP, readOptions, UsageError } from './options.ts'
import { renderPlot } from './plot.ts'
import { renderComparison, renderRun, renderTargets } from './report.ts'
import { type BenchRun, runBench } from './run.ts'
import { judgeTargets } from './targets.ts'
import { TOPICS } from './topics/index.ts'
import { DIST } from './ways/harness.ts'
import { LIMIT } from './ways/limit.ts'
import { Workshop } from './workshop.ts'

const DOCS = join(import.meta.dirname, '../../docs')
const PAGE = join(DOCS, 'performance.md')
const PLOT = join(DOCS, 'pictures/performance.svg')
/** By a shell's convention: 128 and the signal's number. */
const CODES = { SIGINT: 130, SIGTERM: 143 } as const

try {
  process.exitCode = await bench(readOptions(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`bench: ${error.message}\n\n${HELP}`)
  process.exitCode = 2
}

async function bench(options: BenchOptions): Promise<number> {
  if (options.help) {
    process.stdout.write(HELP)
    return 0
  }
  const run = options.from === undefined ? await measure(options) : await readRun(options.from)
  if (options.from !== undefined) process.stdout.write(`${renderRun(run)}\n`)
  if (options.docs) {
    await writeDocs(run)
  }
  const broken = run.comparisons.flatMap(({ what, sides }) =>
    sides.filter(({ isBroken }) => isBroken).map(({ name, missing }) => `${what}: ${name}: ${missing}`),
  )
  for (const each of broken) process.stderr.write(`failed: ${each}\n`)
  return broken.length === 0 ? 0 : 1
}

/** The figures, and the drawing of those that have a limit to be held against. */
async function writeDocs(run: BenchRun): Promise<void> {
  const drawn = run.comparisons.filter(({ base }) => base === LIMIT)
  const picture = `![${drawn.map(({ what }) => what).join('; ')}: each round a dot, the median a line](pictures/${basename(PLOT)})`
  const figures = drawn.length === 0 ? renderRun(run) : `${picture}\n\n${renderRun(run)}`
  if (drawn.length > 0) await writeFile(PLOT, renderPlot(drawn))
  await writeFile(PAGE, replaceBetween(await readFile(PAGE, 'utf8'), 'figures', figures))
  process.stdout.write(`${PAGE}\n`)
}

async function measure({ topics, rounds, json }: BenchOptions): Promise<BenchRun> {
  await requirePlaces(json)
  // What is left when it is interrupted, programs and files, the run's reaper clears away.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(CODES[signal]))
  const endRun = await guardRun()
  try {
    const workshop = new Workshop(await mkdtemp(join(tmpdir(), 'bench-')))
    const run = await runBench({
      ...{ topics, rounds, workshop },
      onTopic: ({ name, what }) => process.stderr.write(`${name}: ${what}\n`),
      onMeasured: async (soFar, latest) => {
        process.stdout.write(`${latest.map(renderComparison).join('\n\n')}\n\n`)
        // Each time: of a run that takes an hour nothing is lost when it is broken off.
        if (json !== undefined) await writeFile(json, `${JSON.stringify(soFar)}\n`)
      },
    })
    const outcomes = judgeTargets(run.comparisons)
    // Who wanted some topics knows that the others were not measured.
    const asked = topics === TOPICS ? outcomes : outcomes.filter(({ figure }) => figure !== null)
    if (asked.length > 0) process.stdout.write(`${renderTargets(asked)}\n\n`)
    process.stdout.write(`${run.machine}\n`)
    return run
  } finally {
    await endRun()
  }
}

/** What would be found out after minutes otherwise. Throws UsageError. */
async function requirePlaces(json: string | undefined): Promise<void> {
  await access(join(DIST, 'cli.js')).catch(() => {
    throw new UsageError('the package is not built; `pnpm bench` builds it, or `pnpm build:package` does')
  })
  if (json === undefined) return
  try {
    await (await open(json, 'a')).close()
  } catch (error) {
    throw new UsageError(`${json} cannot be written: ${(error as Error).message}`, { cause: error })
  }
}

/** Throws UsageError for what is no run of the bench. */
async function readRun(file: string): Promise<BenchRun> {
  try {
    const run = JSON.parse(await readFile(file, 'utf8'))
    if (run.schema !== 1 || !Array.isArray(run.comparisons)) throw new Error('it is no run of schema 1')
    return run
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`, { cause: error })
  }
}
