import type { ResolvedContract } from '../contract/resolve.ts'
import type { Host, HostKind } from '../host/host.ts'
import { prepareArtifacts } from './artifacts.ts'
import { EXIT } from './exit.ts'
import { listenForInterrupt } from './interrupt.ts'
import { showProgress } from './progress.ts'
import { chooseReporters, writeReports } from './reporters.ts'
import { parseOptions, UsageError } from './usage.ts'

const HELP = `Launches a sidecar binary as a desktop app would, and judges it clause by clause.

Usage: sidecar-harness check [binary] [options]

  binary                  the file to judge; it wins over the contract's own, and nothing is built then
  --config FILE           the contract: .ts, .mts, .js, .mjs or .json; without one the defaults are promised
  --reporter NAME[=FILE]  json (the verdict as data), terminal; may be given more than once
  --artifacts DIRECTORY   keep the recordings: all that was observed, the raw streams included
  --host KIND             auto; posix looks through ps and lsof alone, also on Linux

The default contract: BACKEND_PORT:{port} on stdout, GET /health answers 200 with
{ status: "ok", app, timestamp, uptime }, logs on stderr, exit 0 on SIGTERM and SIGINT.
`

interface CheckOptions {
  readonly binary: string | undefined
  readonly config: string | undefined
  readonly artifacts: string | undefined
  readonly host: string
  readonly reporters: readonly string[]
}

/** The gate. Comes back with the exit code. */
export async function check(args: string[]): Promise<number> {
  const options = readOptions(args)
  if (options === null) {
    process.stdout.write(HELP)
    return EXIT.passed
  }
  const reporters = await chooseReporters(options.reporters)
  const host = await chooseHost(options.host)
  const resolved = await readContract(options.config)
  const artifacts = await prepareArtifacts(options.artifacts)
  const interrupt = listenForInterrupt()
  const progress = showProgress()
  try {
    // On performance.now(), whose zero is the start of this process.
    const start = { name: 'start', ms: performance.now() }
    const { findBinary } = await import('../gate/find-binary.ts')
    const onProgress = (message: string) => progress.say(message)
    const { signal } = interrupt
    const { phasesBefore = [], ...found } = await findBinary(resolved.contract, options.binary, {
      signal,
      onProgress,
    })
    const { runGate } = await import('../gate/gate.ts')
    const { verdict, recording } = await runGate({
      resolved,
      host,
      ...found,
      phasesBefore: [start, ...phasesBefore],
      beganAtMs: 0,
      signal,
      onProgress,
    })
    progress.clear()
    await writeReports(verdict, reporters)
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

function readOptions(args: string[]): CheckOptions | null {
  const { values, positionals } = parseOptions(args, {
    config: { type: 'string' },
    reporter: { type: 'string', multiple: true },
    artifacts: { type: 'string' },
    host: { type: 'string', default: 'auto' },
    help: { type: 'boolean', short: 'h' },
  })
  if (values.help === true) return null
  if (positionals.length > 1) {
    throw new UsageError(`check takes one binary, and got ${positionals.length}: ${positionals.join(' ')}`)
  }
  const [binary] = positionals
  const { config } = values
  if (binary === undefined && config === undefined) {
    throw new UsageError('Nothing to check: name a binary, or a contract with --config FILE.')
  }
  return {
    binary,
    config,
    artifacts: values.artifacts,
    host: values.host,
    reporters: values.reporter ?? [],
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
