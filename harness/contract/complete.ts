import { basename, dirname, isAbsolute, resolve } from 'node:path'
import {
  type BuildPlan,
  type Contract,
  DEFAULTS,
  type PortContract,
  type StopContract,
  type StopRequest,
} from './contract.ts'
import type { BuildInput, ContractInput, HealthInput, StopInput } from './input.ts'
import { toData } from './pattern.ts'
import { placesPort, preparesPort } from './places-port.ts'
import { stopOn, stopPlatform } from './stop-here.ts'
import { toAnnounce } from './to-announce.ts'

/** Fills in what a valid contract leaves out. Paths become absolute, from the contract's directory. */
export function complete(
  given: ContractInput,
  { file, directory }: { readonly file: string | null; readonly directory: string },
): Contract {
  return {
    name: given.name ?? (given.binary === undefined ? 'sidecar' : basename(given.binary)),
    file,
    app: given.app ?? null,
    binary: given.binary === undefined ? null : resolve(directory, given.binary),
    targets: completeTargets(given.targets ?? []),
    build: given.build === undefined ? null : completeBuild(given.build, directory),
    files: given.files ?? [],
    libcFloor: given.libcFloor ?? null,
    macosFloor: given.macosFloor ?? null,
    args: given.args ?? [],
    env: given.env ?? {},
    cwd: given.cwd ?? null,
    port: completePort(given),
    announce: given.announce === undefined ? DEFAULTS.announce : toAnnounce(given.announce),
    health: completeHealth(given.health),
    net: fill(DEFAULTS.net, given.net),
    stop: completeStop(given.stop),
    logs: { stdout: (given.logs?.stdout ?? []).map(toData) },
    fleet: fill(DEFAULTS.fleet, given.fleet),
    resources: fill(DEFAULTS.resources, given.resources),
    budgets: fill(DEFAULTS.budgets, given.budgets),
    levels: fill<Contract['levels']>({}, given.levels),
    waive: fill<Contract['waive']>({}, given.waive),
  }
}

/** A key that is there and undefined, as a spread of options makes it, was left out all the same. */
function fill<T extends object>(defaults: T, given: Partial<T> | undefined): T {
  const named = Object.entries(given ?? {}).filter(([, value]) => value !== undefined)
  return { ...defaults, ...Object.fromEntries(named) }
}

const UNIVERSAL = 'universal-apple-darwin'

/**
 * A universal app is compiled once for each processor, and each time tauri-build wants the sidecar of that triple
 * (`external_binaries` in its lib.rs); the bundler wants the universal one.
 */
function completeTargets(given: readonly string[]): readonly string[] {
  const parts = given.includes(UNIVERSAL) ? ['aarch64-apple-darwin', 'x86_64-apple-darwin'] : []
  return [...new Set([...given, ...parts])]
}

function completeBuild(given: BuildInput, directory: string): BuildPlan {
  switch (given.by) {
    case 'command': {
      const { by, run, output } = given
      return { by, run, output: output === undefined ? null : resolve(directory, output), directory }
    }
    case 'sea':
      return { by: given.by, entry: resolve(directory, given.entry), node: given.node ?? null }
    case 'go':
      return { by: given.by, ...completePackage(given.package ?? '.', directory) }
    case 'cargo': {
      const { by, bin = null, profile = 'release' } = given
      const manifest = given.manifest === undefined ? null : resolve(directory, given.manifest)
      return { by, bin, manifest, profile, directory: manifest === null ? directory : dirname(manifest) }
    }
    default:
      return { by: given.by ?? 'pkg', entry: resolve(directory, given.entry) }
  }
}

/** A path is where go runs: the package can be of another module than what lies beside the contract. */
function completePackage(given: string, directory: string): { package: string; directory: string } {
  const isPath = isAbsolute(given) || /^\.{1,2}($|[\\/])/.test(given)
  return isPath ? { package: '.', directory: resolve(directory, given) } : { package: given, directory }
}

function completePort(given: ContractInput): PortContract {
  const { port } = given
  if (port === false) return { kind: 'none', unasked: 'nothing' }
  // A place that nothing fills would be taken for a name of that spelling.
  const isAsked = port !== undefined && ('variable' in port || 'args' in port)
  const isPrepared = port === undefined ? preparesPort(given) : !isAsked
  if (placesPort(given) || isPrepared) return { kind: 'placeholder', unasked: port?.unasked ?? 'zero' }
  if (port === undefined) return DEFAULTS.port
  const { unasked = 'nothing' } = port
  if ('args' in port) return { kind: 'arguments', args: port.args, unasked }
  return { kind: 'variable', name: 'variable' in port ? port.variable : 'PORT', unasked }
}

function completeHealth(given: ContractInput['health'] = {}): Contract['health'] {
  if (given === false || given === 'tcp') {
    return { ...DEFAULTS.health, ...WITHOUT_BODY, kind: given === 'tcp' ? 'tcp' : 'none', secure: false }
  }
  const body = given.schema === false ? WITHOUT_BODY : DEFAULTS.health
  const { protocol, path, status, headers, app, version, burst } = given
  return {
    kind: 'http',
    secure: protocol === undefined ? null : protocol === 'https',
    headers: headers ?? {},
    hasSchema: given.schema !== false,
    path: path ?? DEFAULTS.health.path,
    status: status ?? DEFAULTS.health.status,
    app: app ?? null,
    version: version ?? null,
    timestamp: bodyKey(given.timestamp, body.timestamp),
    uptime: bodyKey(given.uptime, body.uptime),
    burst: burst ?? DEFAULTS.health.burst,
  }
}

/** Of a body that may be anything nothing is expected. */
const WITHOUT_BODY = { hasSchema: false, timestamp: null, uptime: null } as const

/** False says that there is none; nothing said at all, that it is the default. */
function bodyKey(given: HealthInput['timestamp'], otherwise: string | null): string | null {
  return given === undefined ? otherwise : given === false ? null : given
}

function completeStop(given: NonNullable<ContractInput['stop']> = {}): StopContract {
  const stop = stopOn(stopPlatform(process.platform), given)
  return {
    signals: stop.signals ?? DEFAULTS.stopSignals,
    requests: (stop.requests ?? []).map(completeRequest),
    accept: {
      SIGTERM: stop.accept?.SIGTERM ?? DEFAULTS.cleanExit,
      SIGINT: stop.accept?.SIGINT ?? DEFAULTS.cleanExit,
      SIGHUP: stop.accept?.SIGHUP ?? DEFAULTS.cleanExit,
      requested: stop.accept?.requested ?? DEFAULTS.cleanExit,
    },
    slowPath: stop.slowPath ?? null,
  }
}

type GivenRequest = NonNullable<StopInput['requests']>[number]

function completeRequest(given: GivenRequest): StopRequest {
  if ('line' in given) return { kind: 'line', text: given.line }
  if ('stdin' in given) return { kind: 'stdin-closed' }
  const [method = '', path = ''] = given.http.split(' ')
  return { kind: 'http', method, path }
}
