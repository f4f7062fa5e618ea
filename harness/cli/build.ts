import { relative } from 'node:path'
import type { BuildPlan, Contract } from '../contract/contract.ts'
import { duration } from '../text/duration.ts'
import { size } from '../text/size.ts'
import { chooseContracts, contractFile, nowhere } from './contracts.ts'
import { EXIT } from './exit.ts'
import { undertake } from './undertake.ts'
import { parseOptions, UsageError } from './usage.ts'

const HELP = `Builds the binary that a contract describes, and proves that its application is in it.

Usage: sidecar-harness build [options]

  --config FILE    the contract, with \`binary\` and \`build\`; otherwise the nearest sidecar.config.* from here up
  --sidecar NAME   build this contract's of a file that holds several; may be repeated; otherwise all that
                   say how they are built
  --target TRIPLE  build it for this target instead of this machine's: aarch64-apple-darwin; may be repeated
  --all            build it for the five that desktop apps ship to: Linux and macOS on x64 and arm64, Windows
                   on x64; those that cannot be built here are told, with the reason, and the exit code is 3
  --bundle-only    stop at the one file that the packer would get

The path of what was built is printed on stdout, a line for each; what is done, on stderr.
What a binary for another machine takes that is not here, a Node or a Bun for it, is fetched from the npm registry.

Examples:
  sidecar-harness build
  sidecar-harness build --target x86_64-apple-darwin --target aarch64-apple-darwin
  binary=$(sidecar-harness build --config app/sidecar.config.ts --sidecar backend)
`

/** Builds, and prints the path of what was built on stdout. Comes back with the exit code. */
export async function build(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    config: { type: 'string' },
    sidecar: { type: 'string', multiple: true, default: [] },
    target: { type: 'string', multiple: true, default: [] },
    all: { type: 'boolean', default: false },
    'bundle-only': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return EXIT.passed
  }
  if (positionals.length > 0) throw new UsageError(`build takes no file: ${positionals.join(' ')}`)
  const targets = await chooseTargets(values)
  const contracts = await findContracts(values.config, values.sidecar)
  const orders = contracts.flatMap(contract => targets.map(triple => ({ contract, triple })))
  const isOneOfSeveral = orders.length > 1
  return undertake(async ({ interrupt: { signal } }) => {
    const { TargetError } = await import('../build/build.ts')
    let code: number = EXIT.passed
    for (const order of orders) {
      try {
        if (values['bundle-only']) await bundleOne(order.contract, signal)
        else await buildOne(order, isOneOfSeveral, signal)
      } catch (error) {
        // It says nothing of the others.
        if (!(error instanceof TargetError && isOneOfSeveral)) throw error
        process.stderr.write(`${error.message}\n`)
        code = EXIT.fault
      }
    }
    return code
  })
}

/** Undefined stands for this machine's. Throws UsageError, and UnknownTargetError for what is no triple. */
async function chooseTargets({
  target,
  all,
  ...values
}: {
  readonly target: readonly string[]
  readonly all: boolean
  readonly 'bundle-only': boolean
}): Promise<readonly (string | undefined)[]> {
  if (!all && target.length === 0) return [undefined]
  if (values['bundle-only'])
    throw new UsageError('A bundle is the same for all targets: leave out --target and --all.')
  if (all && target.length > 0) throw new UsageError('--all names all targets: leave out --target, or --all.')
  const { MAIN_TARGETS, targetOf } = await import('../build/build.ts')
  for (const triple of target) targetOf(triple)
  return all ? MAIN_TARGETS : [...new Set(target)]
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

interface Order {
  readonly contract: Buildable
  readonly triple: string | undefined
}

async function buildOne(
  { contract, triple }: Order,
  isOneOfSeveral: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { build } = await import('../build/build.ts')
  const { binary: output, build: plan, name } = contract
  if (isOneOfSeveral) process.stderr.write(`${[name, triple].filter(Boolean).join(' for ')}:\n`)
  const context = { signal, onPhase: tellPhase, ...(process.stderr.isTTY && { onOutput: tellLine }) }
  const built = await build({ plan, output, triple }, context)
  tellFile(built, built.cached ? ', unchanged' : '')
}

async function bundleOne(contract: Buildable, signal: AbortSignal): Promise<void> {
  const { bundle } = await import('../build/build.ts')
  const { binary: output } = contract
  tellFile(await bundle({ entry: entryOf(contract), output }, { signal, onPhase: tellPhase }), '')
}

function tellFile({ path, bytes }: { readonly path: string; readonly bytes: number }, how: string): void {
  process.stderr.write(`${size(bytes)}${how}\n`)
  process.stdout.write(`${relative(process.cwd(), path)}\n`)
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
