import { readdir, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { Comparison } from '../compare/compare.ts'
import type { ComparisonRun } from '../report/comparison-rows.ts'
import { prepareArtifacts } from './artifacts.ts'
import { COMPARE_HELP, type CompareOptions, readCompareOptions } from './compare-options.ts'
import { chooseContracts } from './contracts.ts'
import { EXIT } from './exit.ts'
import { listenForInterrupt } from './interrupt.ts'
import { showProgress } from './progress.ts'
import { findRecordings } from './recordings.ts'
import { chooseReporters, isDataOnStdout, type ReporterChoice } from './reporters.ts'
import { selectFor } from './selection.ts'
import { Saving, UnsavedError } from './unsaved.ts'
import { UsageError } from './usage.ts'
import { name, version } from './version.ts'

/** Two binaries, or two recordings, side by side. Comes back with the exit code. */
export async function compare(args: string[]): Promise<number> {
  const options = readCompareOptions(args)
  if (options === null) {
    process.stdout.write(COMPARE_HELP)
    return EXIT.passed
  }
  const reporters = await chooseComparisonReporters(options)
  const areRecordings = await chooseKind(options)
  const saving = new Saving()
  const run = areRecordings ? await compareDirectories(options) : await compareFiles(options, saving)
  if (typeof run === 'number') return run
  await writeAll(run, reporters, saving)
  saving.end()
  return isFailure(run.comparison, options) ? EXIT.failed : EXIT.passed
}

function isFailure({ summary, differences }: Comparison, { failOn }: CompareOptions): boolean {
  if (failOn === 'regression') return summary.regression > 0
  return failOn === 'change' && differences.length > 0
}

async function chooseComparisonReporters({ reporters }: CompareOptions): Promise<readonly ReporterChoice[]> {
  const choices = await chooseReporters(reporters, {})
  const other = choices.find(choice => !['terminal', 'json', 'markdown'].includes(choice.name))
  if (other === undefined) return choices
  throw new UsageError(`A comparison is told as terminal, json or markdown, and not as ${other.name}.`)
}

/** Whether both are directories; they have to be of one kind. */
async function chooseKind(options: CompareOptions): Promise<boolean> {
  const [old, now] = [await isDirectory(options.old), await isDirectory(options.new)]
  if (old !== now) {
    const [directory, file] = old ? [options.old, options.new] : [options.new, options.old]
    throw new UsageError(
      `${directory} is a directory, and ${file} a file: compare takes two binaries, or two directories that check --artifacts has written`,
    )
  }
  const [option] = options.forBinaries
  if (old && option !== undefined) {
    throw new UsageError(
      `--${option} is for binaries: to compare recordings nothing is launched, or judged anew`,
    )
  }
  return old
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new UsageError(
      code === 'ENOENT'
        ? `There is no ${path}.${await suggestBeside(path)}`
        : `${path} cannot be read: ${message}`,
    )
  }
}

async function suggestBeside(path: string): Promise<string> {
  const { nearest } = await import('../text/nearest.ts')
  const names = await readdir(dirname(resolve(path))).catch((): string[] => [])
  const near = nearest(basename(path), names)
  return near === null ? '' : ` Did you mean "${near}"?`
}

async function compareDirectories(options: CompareOptions): Promise<ComparisonRun> {
  const [old, now] = [await theRecordingIn(options.old), await theRecordingIn(options.new)]
  const { compareRecordings } = await import('../compare/recordings.ts')
  return aRun('recordings', await compareRecordings(old, now), null)
}

async function theRecordingIn(directory: string): Promise<string> {
  const [first, ...others] = await findRecordings(resolve(directory))
  if (first !== undefined && others.length === 0) return first
  const names = [first ?? '', ...others].map(path => basename(path))
  throw new UsageError(
    `${directory} holds ${names.length} recordings: ${names.join(', ')}. Name one of these directories.`,
  )
}

/** A number where it was interrupted: the exit code. */
async function compareFiles(options: CompareOptions, saving: Saving): Promise<ComparisonRun | number> {
  const { contracts, file } = await chooseContracts(options)
  const [resolved, ...others] = contracts
  if (resolved === undefined || others.length > 0) {
    const names = contracts.map(({ contract }) => contract.name).join(', ')
    throw new UsageError(
      `A binary is held to one contract, and ${file} holds ${contracts.length}: ${names}. Choose with --sidecar NAME.`,
    )
  }
  const { contract, clauses } = selectFor(resolved.contract, options.select, 1)
  const { locateArtifact } = await import('../artifact/locate.ts')
  const [old, now] = [resolve(options.old), resolve(options.new)]
  for (const path of [old, now]) await locateArtifact(path)
  const places = await prepareArtifacts(options.artifacts, ['old', 'new'])
  const { selectHost } = await import('../host/index.ts')
  const { compareBinaries } = await import('../compare/binaries.ts')
  const interrupt = listenForInterrupt()
  const progress = showProgress()
  try {
    const compared = await compareBinaries({
      ...{ old, new: now, clauses, runs: options.runs, resolved: { ...resolved, contract } },
      host: selectHost(),
      signal: interrupt.signal,
      onProgress: progress.say,
    })
    progress.clear()
    const code = interrupt.code()
    if (compared === null || code !== null) {
      process.stderr.write('Interrupted: nothing was compared.\n')
      return code ?? EXIT.fault
    }
    await keep([compared.recordings.old, compared.recordings.new], places, saving)
    return aRun('binaries', compared.comparison, compared.turnsMs)
  } catch (error) {
    // What fails because it was interrupted is no fault of anybody's.
    const code = interrupt.code()
    if (code !== null && !(error instanceof UnsavedError)) return code
    throw error
  } finally {
    progress.clear()
    interrupt.stopListening()
  }
}

async function keep(
  recordings: readonly Parameters<typeof import('../recording/archive.ts').writeRecording>[1][],
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

/** Files first, and what people read last. */
async function writeAll(
  run: ComparisonRun,
  choices: readonly ReporterChoice[],
  saving: Saving,
): Promise<void> {
  const people = choices.some(isDataOnStdout) ? process.stderr : process.stdout
  const last = (choice: ReporterChoice) => (choice.name === 'terminal' && choice.file === null ? 1 : 0)
  for (const choice of choices.toSorted((a, b) => last(a) - last(b))) {
    const { name: reporter, file } = choice
    await saving.try(
      file === null ? `The ${reporter} report` : `The ${reporter} report ${file}`,
      async () => {
        const stream = isDataOnStdout(choice) ? process.stdout : people
        const text = await render(reporter, run, file === null ? stream : null)
        if (file === null) stream.write(text)
        else await writeFile(file, text)
      },
    )
  }
}

async function render(
  reporter: ReporterChoice['name'],
  run: ComparisonRun,
  stream: NodeJS.WriteStream | null,
): Promise<string> {
  if (reporter === 'json') return (await import('../report/comparison-json.ts')).renderComparisonJson(run)
  if (reporter === 'markdown') {
    return (await import('../report/comparison-markdown.ts')).renderComparisonMarkdown(run)
  }
  return (await import('../report/comparison-terminal.ts')).renderComparison(run, stream)
}
