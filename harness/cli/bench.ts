import type { Baseline, BenchRun } from '../report/benchmark-document.ts'
import { BENCH_HELP, type BenchOptions, readBenchOptions } from './bench-options.ts'
import { chooseContracts, theOnly } from './contracts.ts'
import { EXIT } from './exit.ts'
import { type NamedBinary, nameBinary } from './named-binary.ts'
import type { ReporterName } from './reporters.ts'
import { type Undertaking, undertake } from './undertake.ts'
import { UsageError } from './usage.ts'
import { name, version } from './version.ts'
import { chooseReportersOf, writeRendered } from './write-rendered.ts'

const REPORTERS: readonly ReporterName[] = ['terminal', 'json', 'html']

/** What a binary costs, and whether that became worse. Comes back with the exit code. */
export async function bench(args: string[]): Promise<number> {
  const options = readBenchOptions(args)
  if (options === null) {
    process.stdout.write(BENCH_HELP)
    return EXIT.passed
  }
  const reporters = await chooseReportersOf(options.reporters, REPORTERS, 'A benchmark')
  const baseline = await baselineOf(options)
  const chosen = await chooseContracts(options)
  const named = nameBinary(options.binary, chosen, 'bench')
  const resolved = theOnly(chosen, 'bench measures one sidecar')
  if (options.withBinary) requireAlone(resolved.contract)
  else if (options.save !== undefined) await requireNoOther(options.save)
  return undertake(async undertaking => {
    const run = await measureBinary({ options, resolved, named, baseline }, undertaking)
    if (run === null) return EXIT.failed
    const { toBenchmarkDocument } = await import('../report/benchmark-document.ts')
    const { saving } = undertaking
    const document = toBenchmarkDocument(run)
    const data = `${JSON.stringify(document, null, 2)}\n`
    const { save } = options
    if (save !== undefined) {
      const { saveBaseline } = await import('./save-baseline.ts')
      const kept = options.withBinary ? run.benchmark.file : null
      await saving.try(`The baseline ${save}`, () => saveBaseline(save, data, kept))
    }
    await writeRendered(reporters, saving, async (reporter, stream) => {
      if (reporter === 'json') return data
      if (reporter === 'html') return (await import('../report/html/benchmark.ts')).renderBenchmarkHtml(run)
      return (await import('../report/benchmark-terminal.ts')).renderBenchmark(run, stream)
    })
    return document.against?.findings.some(({ finding }) => finding === 'worse') ? EXIT.failed : EXIT.passed
  })
}

/** Throws UsageError for a binary that a copy of would not start. */
function requireAlone({ files, name }: Task['resolved']['contract']): void {
  if (files.length === 0) return
  throw new UsageError(
    `--with-binary keeps a copy of the binary alone, and the contract of ${name} names files that have to be beside it: ${files.join(', ')}. Keep its whole directory yourself, and leave --with-binary out: the baseline names the binary's path, and takes turns with what is there while it is the same file.`,
  )
}

/** Throws UsageError where figures would come to lie beside the binary of others. */
async function requireNoOther(save: string): Promise<void> {
  const { binaryBeside, isThere } = await import('./older-binary.ts')
  const beside = binaryBeside(save)
  if (!(await isThere(beside))) return
  throw new UsageError(
    `--save ${save} would leave ${beside} beside figures that are not its own. Keep the binary of these with --with-binary, or remove that one.`,
  )
}

async function baselineOf({ baseline }: BenchOptions): Promise<Baseline | null> {
  if (baseline === undefined) return null
  const { readBaseline } = await import('./baseline.ts')
  return readBaseline(baseline)
}

interface Task {
  readonly options: BenchOptions
  readonly resolved: Awaited<ReturnType<typeof chooseContracts>>['contracts'][number]
  readonly named: NamedBinary | null
  readonly baseline: Baseline | null
}

/** Null where there is nothing to measure, which is told. */
async function measureBinary(
  { options, resolved, named, baseline }: Task,
  { interrupt: { signal }, progress }: Undertaking,
): Promise<BenchRun | null> {
  const { selectHost } = await import('../host/index.ts')
  const { describeMachine, measure } = await import('../bench/benchmark.ts')
  const host = selectHost()
  if (baseline?.against.by === 'yardstick') {
    const { requireSameMachine } = await import('./baseline.ts')
    requireSameMachine(baseline, describeMachine(host))
  }
  const { findBinary } = await import('../gate/find-binary.ts')
  const { file } = await findBinary(resolved.contract, named?.path, {
    signal,
    onProgress: progress.say,
    ...(named === null ? {} : { namedBy: named.by }),
  })
  const benchmark = await measure({
    ...{ file, resolved, host, signal, runs: options.runs, onProgress: progress.say },
    ...{ against: baseline?.against ?? null, isKept: options.save !== undefined },
  })
  progress.clear()
  if (benchmark === null) {
    process.stderr.write('Interrupted: nothing was measured.\n')
    return null
  }
  if (benchmark === 'never ready') {
    process.stderr.write(
      `There is nothing to measure: ${file} did not become ready.\n  sidecar-harness debug ${file}   says why\n`,
    )
    return null
  }
  return { benchmark, baseline, tool: { name, version }, durationMs: performance.now() }
}
