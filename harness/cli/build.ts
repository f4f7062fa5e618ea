import { relative } from 'node:path'
import { duration } from '../text/duration.ts'
import { size } from '../text/size.ts'
import { EXIT } from './exit.ts'
import { listenForInterrupt } from './interrupt.ts'
import { parseOptions, UsageError } from './usage.ts'

const HELP = `Builds the binary that a contract describes, for this machine, and proves that its application is in it.

Usage: sidecar-harness build --config FILE [options]

  --config FILE    the contract, with \`binary\` and \`build\`
  --bundle-only    stop at the one file that the packer would get
`

/** Builds, and prints the path of what was built on stdout. Comes back with the exit code. */
export async function build(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    config: { type: 'string' },
    'bundle-only': { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return EXIT.passed
  }
  const config = values.config
  if (typeof config !== 'string') throw new UsageError('build needs a contract: --config FILE')
  if (positionals.length > 0) throw new UsageError(`build takes no file: ${positionals.join(' ')}`)
  const { loadContract } = await import('../contract/load.ts')
  const { contract } = await loadContract(config)
  if (contract.build === null || contract.binary === null) {
    throw new UsageError(
      `${contract.file} says nothing of a build: add \`build: { entry }\` and \`binary\` to it.`,
    )
  }
  const { requireEntry } = await import('../gate/find-binary.ts')
  await requireEntry(contract)
  const builder = await import('../build/build.ts')
  const interrupt = listenForInterrupt()
  const context = { signal: interrupt.signal, onPhase: tellPhase }
  const plan = { entry: contract.build.entry, output: contract.binary }
  try {
    const built =
      values['bundle-only'] === true
        ? await builder.bundle(plan, context)
        : await builder.build(plan, context)
    process.stderr.write(`${size(built.bytes)}\n`)
    process.stdout.write(`${relative(process.cwd(), built.path)}\n`)
    return EXIT.passed
  } catch (error) {
    const code = interrupt.code()
    if (code !== null) return code
    throw error
  } finally {
    interrupt.stopListening()
  }
}

function tellPhase(phase: string, ms: number): void {
  process.stderr.write(`${phase} ${duration(ms)}\n`)
}
