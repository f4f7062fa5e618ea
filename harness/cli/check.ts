import { prepareArtifacts } from './artifacts.ts'
import { CHECK_HELP, type CheckOptions, readCheckOptions } from './check-options.ts'
import { type ChosenContracts, chooseContracts } from './contracts.ts'
import { EXIT } from './exit.ts'
import { chooseHost } from './host.ts'
import { listenForInterrupt } from './interrupt.ts'
import type { Sidecar } from './judge.ts'
import { nameBinary } from './named-binary.ts'
import { showProgress } from './progress.ts'
import { chooseReporters } from './reporters.ts'
import { Saving, UnsavedError } from './unsaved.ts'
import { writeReports } from './write-reports.ts'

/** The gate. Comes back with the exit code. */
export async function check(args: string[]): Promise<number> {
  const options = readCheckOptions(args)
  if (options === null) {
    process.stdout.write(CHECK_HELP)
    return EXIT.passed
  }
  if (options.list) return (await import('./list.ts')).list(options)
  const reporters = await chooseReporters(options.reporters)
  const host = await chooseHost(options.host)
  const chosen = await chooseContracts(options)
  const named = nameBinary(options.binary, chosen, 'check')
  const sidecars = await chooseSidecars(chosen, options)
  const interrupt = listenForInterrupt()
  const progress = showProgress()
  const saving = new Saving()
  try {
    const { judgeAll } = await import('./judge.ts')
    const { strict, timeScale } = options
    const { signal } = interrupt
    const oneOfSeveral = chosen.known > 1
    const judged = await judgeAll(sidecars, {
      ...{ named, host, strict, timeScale, oneOfSeveral, signal, progress, saving },
    })
    progress.clear()
    await writeReports(judged, reporters, saving, options)
    saving.end()
    return interrupt.code() ?? (judged.run.outcome === 'pass' ? EXIT.passed : EXIT.failed)
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

/** A typo is told before anything is built, and a place that cannot be written before anything is launched. */
async function chooseSidecars(
  { contracts }: ChosenContracts,
  { select, artifacts }: CheckOptions,
): Promise<readonly Sidecar[]> {
  const { selectFor } = await import('./selection.ts')
  const selections = contracts.map(({ contract }) => selectFor(contract, select, contracts.length))
  const names = contracts.map(({ contract }) => contract.name)
  const places = await prepareArtifacts(artifacts, names)
  return contracts.flatMap((resolved, index) => {
    const selection = selections[index]
    if (selection === undefined) return []
    const { contract, clauses } = selection
    return [{ resolved: { ...resolved, contract }, clauses, place: places[index] }]
  })
}
