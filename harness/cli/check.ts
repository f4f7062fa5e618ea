import type { ResolvedContract } from '../contract/resolve.ts'
import type { Host, HostKind } from '../host/host.ts'
import { prepareArtifacts } from './artifacts.ts'
import { CHECK_HELP, readCheckOptions } from './check-options.ts'
import { EXIT } from './exit.ts'
import { listenForInterrupt } from './interrupt.ts'
import { showProgress } from './progress.ts'
import { chooseReporters, writeReports } from './reporters.ts'
import { UsageError } from './usage.ts'

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
  const resolved = await readContract(options.config)
  // A typo is told before anything is built.
  const { selectClauses } = await import('../gate/select.ts')
  const { contract, clauses } = selectClauses(resolved.contract, options.select)
  const artifacts = await prepareArtifacts(options.artifacts)
  const interrupt = listenForInterrupt()
  const progress = showProgress()
  try {
    // On performance.now(), whose zero is the start of this process.
    const start = { name: 'start', ms: performance.now() }
    const { findBinary } = await import('../gate/find-binary.ts')
    const onProgress = (message: string) => progress.say(message)
    const { signal } = interrupt
    const { phasesBefore = [], ...found } = await findBinary(contract, options.binary, {
      signal,
      onProgress,
    })
    const { runGate } = await import('../gate/gate.ts')
    const { verdict, recording } = await runGate({
      resolved: { ...resolved, contract },
      clauses,
      strict: options.strict,
      timeScale: options.timeScale,
      host,
      ...found,
      phasesBefore: [start, ...phasesBefore],
      beganAtMs: 0,
      signal,
      onProgress,
    })
    progress.clear()
    await writeReports(verdict, reporters, options)
    if (artifacts !== null) {
      const { writeRecording } = await import('../recording/archive.ts')
      await writeRecording(artifacts, recording)
    }
    return interrupt.code() ?? (verdict.outcome === 'pass' ? EXIT.passed : EXIT.failed)
  } catch (error) {
    // What fails because it was interrupted is no fault of anybody's.
    const code = interrupt.code()
    if (code !== null) return code
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

async function readContract(config: string | undefined): Promise<ResolvedContract> {
  if (config !== undefined) return (await import('../contract/load.ts')).loadContract(config)
  const { resolveContract } = await import('../contract/resolve.ts')
  return resolveContract({}, { file: null, directory: process.cwd() })
}
