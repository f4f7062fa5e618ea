import type { Host, HostKind } from '../host/host.ts'
import { prepareArtifacts } from './artifacts.ts'
import { CHECK_HELP, type CheckOptions, readCheckOptions } from './check-options.ts'
import { type ChosenContracts, chooseContracts, nowhere } from './contracts.ts'
import { EXIT } from './exit.ts'
import { listenForInterrupt } from './interrupt.ts'
import type { NamedBinary, Sidecar } from './judge.ts'
import { showProgress } from './progress.ts'
import { chooseReporters } from './reporters.ts'
import { Saving, UnsavedError } from './unsaved.ts'
import { UsageError } from './usage.ts'
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
  const named = nameBinary(options.binary, chosen)
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

async function chooseHost(kind: string): Promise<Host> {
  const { selectHost } = await import('../host/index.ts')
  try {
    return selectHost(kind as HostKind | 'auto')
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new UsageError(`--host: ${error.message}`)
  }
}

/** The argument wins over the environment, and either over the contract, of which there has to be one. */
function nameBinary(argument: string | undefined, { contracts, file }: ChosenContracts): NamedBinary | null {
  const { SIDECAR_BINARY: variable } = process.env
  const named: NamedBinary | null =
    argument !== undefined
      ? { path: argument, by: 'caller' }
      : variable
        ? { path: variable, by: 'environment' }
        : null
  if (named === null && file === null) throw new UsageError(explainNothing())
  if (named === null || contracts.length === 1) return named
  const who = named.by === 'caller' ? named.path : `SIDECAR_BINARY=${named.path}`
  const names = contracts.map(({ contract }) => contract.name).join(', ')
  throw new UsageError(
    `${who} is one binary, and ${file} holds ${contracts.length} contracts: ${names}. Choose its own with --sidecar NAME.`,
  )
}

function explainNothing(): string {
  return [
    `Nothing to check: no binary is named, and ${nowhere()}.`,
    '  sidecar-harness check path/to/binary   judges it by the default contract',
    '  sidecar-harness check --config FILE    judges what a contract file names',
    '  sidecar-harness init                   writes a contract file for this project',
  ].join('\n')
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
