import { relative } from 'node:path'
import type { BuildPlan, Contract } from '../contract/contract.ts'
import { duration } from '../text/duration.ts'
import { size } from '../text/size.ts'
import { chooseContracts, contractFile, nowhere } from './contracts.ts'
import { EXIT } from './exit.ts'
import { undertake } from './undertake.ts'
import { parseOptions, UsageError } from './usage.ts'

const HELP = `Builds the binary that a contract describes, for this machine, and proves that its application is in it.

Usage: sidecar-harness build [options]

  --config FILE    the contract, with \`binary\` and \`build\`; otherwise the nearest sidecar.config.* from here up
  --sidecar NAME   build this contract's of a file that holds several; may be repeated; otherwise all that
                   say how they are built
  --bundle-only    stop at the one file that the packer would get

The path of what was built is printed on stdout, a line for each; what is done, on stderr.

Examples:
  sidecar-harness build
  binary=$(sidecar-harness build --config app/sidecar.config.ts --sidecar backend)
`

/** Builds, and prints the path of what was built on stdout. Comes back with the exit code. */
export async function build(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    config: { type: 'string' },
    sidecar: { type: 'string', multiple: true, default: [] },
    'bundle-only': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return EXIT.passed
  }
  if (positionals.length > 0) throw new UsageError(`build takes no file: ${positionals.join(' ')}`)
  const contracts = await findContracts(values.config, values.sidecar)
  return undertake(async ({ interrupt: { signal } }) => {
    for (const contract of contracts) await buildOne(contract, values['bundle-only'], signal)
    return EXIT.passed
  })
}

/** Those that are named, each of which has to say how it is built; of all in a file, those that do. */
async function findContracts(
  config: string | undefined,
  sidecars: readonly string[],
): Promise<readonly Buildable[]> {
  const file = await contractFile({ config })
  if (file === null) {
    throw new UsageError(
      `Nothing to build: ${nowhere()}. Name a contract with --config FILE; \`sidecar-harness init\` writes one.`,
    )
  }
  const { contracts, known } = await chooseContracts({ config: file, sidecars })
  const isBuildable = (contract: Contract): contract is Buildable =>
    contract.build !== null && contract.binary !== null
  const buildable = contracts.map(({ contract }) => contract).filter(isBuildable)
  const other = contracts.find(({ contract }) => !isBuildable(contract))
  if (other !== undefined && (sidecars.length > 0 || buildable.length === 0)) {
    const { name, file: where } = other.contract
    const of = known === 1 ? '' : ` of ${name}`
    throw new UsageError(`${where} says nothing of a build${of}: add \`build\` and \`binary\` to it.`)
  }
  const { requireSources } = await import('../gate/find-binary.ts')
  for (const contract of buildable) await requireSources(contract)
  return buildable
}

type Buildable = Contract & { readonly build: BuildPlan; readonly binary: string }

async function buildOne(contract: Buildable, bundleOnly: boolean, signal: AbortSignal): Promise<void> {
  const builder = await import('../build/build.ts')
  const { binary: output, build: plan } = contract
  const context = { signal, onPhase: tellPhase, ...(process.stderr.isTTY && { onOutput: tellLine }) }
  const built = await (bundleOnly
    ? builder.bundle({ entry: entryOf(contract), output }, context)
    : builder.build({ plan, output }, context))
  const isKept = 'cached' in built && built.cached
  process.stderr.write(`${size(built.bytes)}${isKept ? ', unchanged' : ''}\n`)
  process.stdout.write(`${relative(process.cwd(), built.path)}\n`)
}

/** Throws UsageError where there is nothing to bundle. */
function entryOf({ build: plan, name }: Buildable): string {
  if (plan.by === 'pkg' || plan.by === 'sea') return plan.entry
  throw new UsageError(`${name} is built by ${plan.by}, which makes no bundle: leave out --bundle-only.`)
}

function tellPhase(phase: string, ms: number): void {
  process.stderr.write(`${phase} ${duration(ms)}\n`)
}

/** To see that it goes on, and how far: in a log file the failure tells what was said. */
function tellLine(line: string): void {
  process.stderr.write(`  ${line}\n`)
}
