import { resolve } from 'node:path'
import type { Comparison } from '../compare/compare.ts'
import type { GateRecording } from '../recording/archive.ts'
import type { ComparisonRun } from '../report/comparison-rows.ts'
import { prepareArtifacts } from './artifacts.ts'
import { COMPARE_HELP, type CompareOptions, readCompareOptions } from './compare-options.ts'
import { areDirectories, theRecordingIn } from './compare-paths.ts'
import { chooseContracts, theOnly } from './contracts.ts'
import { EXIT } from './exit.ts'
import type { ReporterName } from './reporters.ts'
import { selectFor } from './selection.ts'
import { type Undertaking, undertake } from './undertake.ts'
import type { Saving } from './unsaved.ts'
import { name, version } from './version.ts'
import { chooseReportersOf, writeRendered } from './write-rendered.ts'

const REPORTERS: readonly ReporterName[] = ['terminal', 'json', 'markdown']

/** Two binaries, or two recordings, side by side. Comes back with the exit code. */
export async function compare(args: string[]): Promise<number> {
  const options = readCompareOptions(args)
  if (options === null) {
    process.stdout.write(COMPARE_HELP)
    return EXIT.passed
  }
  const reporters = await chooseReportersOf(options.reporters, REPORTERS, 'A comparison')
  const areRecordings = await areDirectories(options)
  return undertake(async undertaking => {
    const run = areRecordings ? await compareDirectories(options) : await compareFiles(options, undertaking)
    if (run === null) {
      process.stderr.write('Interrupted: nothing was compared.\n')
      return EXIT.fault
    }
    await writeRendered(reporters, undertaking.saving, (name, stream) => render(name, run, stream))
    return isFailure(run.comparison, options) ? EXIT.failed : EXIT.passed
  })
}

function isFailure({ summary, differences }: Comparison, { failOn }: CompareOptions): boolean {
  if (failOn === 'regression') return summary.regression > 0
  return failOn === 'change' && differences.length > 0
}

async function compareDirectories(options: CompareOptions): Promise<ComparisonRun> {
  const [old, now] = [await theRecordingIn(options.old), await theRecordingIn(options.new)]
  const { compareRecordings } = await import('../compare/recordings.ts')
  return aRun('recordings', await compareRecordings(old, now), null)
}

/** Null where it was interrupted. */
async function compareFiles(
  options: CompareOptions,
  { interrupt, progress, saving }: Undertaking,
): Promise<ComparisonRun | null> {
  const resolved = theOnly(await chooseContracts(options), 'A binary is held to one contract')
  const { contract, clauses } = selectFor(resolved.contract, options.select, 1)
  const { locateArtifact } = await import('../artifact/locate.ts')
  const [old, now] = [resolve(options.old), resolve(options.new)]
  for (const path of [old, now]) await locateArtifact(path)
  const places = await prepareArtifacts(options.artifacts, ['old', 'new'])
  const { selectHost } = await import('../host/index.ts')
  const { compareBinaries } = await import('../compare/binaries.ts')
  const compared = await compareBinaries({
    ...{ old, new: now, clauses, runs: options.runs, resolved: { ...resolved, contract } },
    host: selectHost(),
    keepsRaw: places.length > 0,
    signal: interrupt.signal,
    onProgress: progress.say,
  })
  progress.clear()
  if (compared === null || interrupt.code() !== null) return null
  await keep([compared.recordings.old, compared.recordings.new], places, saving)
  return aRun('binaries', compared.comparison, compared.turnsMs)
}

async function keep(
  recordings: readonly GateRecording[],
  places: readonly string[],
  saving: Saving,
): Promise<void> {
  if (places.length === 0) return
  const { writeRecording } = await import('../recording/archive.ts')
  for (const [index, recording] of recordings.entries()) {
    const place = places[index]
    if (place === undefined) continue
    await saving.try(`The recording ${place}`, () => writeRecording(place, recording))
  }
}

function aRun(of: ComparisonRun['of'], comparison: Comparison, turnsMs: number | null): ComparisonRun {
  return {
    ...{ of, comparison, turnsMs },
    tool: { name, version },
    startedAt: new Date(performance.timeOrigin).toISOString(),
    // On performance.now(), whose zero is the start of this process.
    durationMs: performance.now(),
  }
}

async function render(
  reporter: ReporterName,
  run: ComparisonRun,
  stream: NodeJS.WriteStream | null,
): Promise<string> {
  if (reporter === 'json') return (await import('../report/comparison-json.ts')).renderComparisonJson(run)
  if (reporter === 'markdown') {
    return (await import('../report/comparison-markdown.ts')).renderComparisonMarkdown(run)
  }
  return (await import('../report/comparison-terminal.ts')).renderComparison(run, stream)
}
