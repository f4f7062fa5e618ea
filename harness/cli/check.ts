import { prepareArtifacts } from './artifacts.ts'
import { CHECK_HELP, type CheckOptions, readCheckOptions } from './check-options.ts'
import { type ChosenContracts, chooseContracts } from './contracts.ts'
import { EXIT } from './exit.ts'
import { chooseHost } from './host.ts'
import { openBundle } from './inside.ts'
import type { Sidecar } from './judge.ts'
import { list } from './list.ts'
import { nameBinary } from './named-binary.ts'
import { chooseReporters } from './reporters.ts'
import { selectFor } from './selection.ts'
import { undertake } from './undertake.ts'
import { writeReports } from './write-reports.ts'

/** The gate. Comes back with the exit code. */
export async function check(args: string[]): Promise<number> {
  const options = readCheckOptions(args)
  if (options === null) {
    process.stdout.write(CHECK_HELP)
    return EXIT.passed
  }
  if (options.list) return list(options)
  const reporters = await chooseReporters(options.reporters)
  const host = await chooseHost(options.host)
  const inside = await openBundle(options.inside)
  const target = await chooseTarget(options.target)
  const chosen = await chooseContracts(options)
  const named = nameBinary(options.binary, chosen, 'check')
  const sidecars = await chooseSidecars(chosen, options)
  return undertake(async ({ interrupt: { signal }, progress, saving }) => {
    const { judgeAll } = await import('./judge.ts')
    const { strict, timeScale } = options
    const oneOfSeveral = chosen.known > 1
    const judged = await judgeAll(sidecars, {
      ...{ named, target, host, strict, timeScale, oneOfSeveral, inside, signal, progress, saving },
    })
    progress.clear()
    await writeReports(judged, reporters, saving, options)
    return judged.run.outcome === 'pass' ? EXIT.passed : EXIT.failed
  })
}

/** Undefined for this machine's own, which is judged by its lives. Throws UnknownTargetError. */
async function chooseTarget(triple: string | undefined): Promise<string | undefined> {
  if (triple === undefined) return undefined
  const { targetOf } = await import('../build/targets.ts')
  const { hostTriple } = await import('../build/triple.ts')
  return targetOf(triple).triple === hostTriple() ? undefined : triple
}

/** A typo is told before anything is built, and a place that cannot be written before anything is launched. */
async function chooseSidecars(
  { contracts }: ChosenContracts,
  { select, artifacts }: CheckOptions,
): Promise<readonly Sidecar[]> {
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
