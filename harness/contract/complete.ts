import { basename, resolve } from 'node:path'
import { toPattern } from './announcement.ts'
import { type Contract, DEFAULTS, type PortContract, type StopRequest } from './contract.ts'
import type { ContractInput } from './input.ts'

/** Fills in what a valid contract leaves out. Paths become absolute, from the contract's directory. */
export function complete(
  given: ContractInput,
  { file, directory }: { readonly file: string | null; readonly directory: string },
): Contract {
  const { health = {}, stop = {} } = given
  return {
    name: given.name ?? (given.binary === undefined ? 'sidecar' : basename(given.binary)),
    file,
    app: given.app ?? null,
    binary: given.binary === undefined ? null : resolve(directory, given.binary),
    build: given.build === undefined ? null : { entry: resolve(directory, given.build.entry) },
    files: given.files ?? [],
    libcFloor: given.libcFloor ?? null,
    args: given.args ?? [],
    env: given.env ?? {},
    port: completePort(given.port),
    announce: toPattern(given.announce ?? DEFAULTS.announce),
    health: {
      path: health.path ?? DEFAULTS.health.path,
      status: health.status ?? DEFAULTS.health.status,
      app: health.app ?? null,
      version: health.version ?? null,
      timestamp: orNull(health.timestamp, DEFAULTS.health.timestamp),
      uptime: orNull(health.uptime, DEFAULTS.health.uptime),
      burst: health.burst ?? DEFAULTS.health.burst,
    },
    net: fill(DEFAULTS.net, given.net),
    stop: {
      signals: stop.signals ?? DEFAULTS.stopSignals,
      requests: (stop.requests ?? []).map(completeRequest),
      accept: {
        SIGTERM: stop.accept?.SIGTERM ?? DEFAULTS.cleanExit,
        SIGINT: stop.accept?.SIGINT ?? DEFAULTS.cleanExit,
        SIGHUP: stop.accept?.SIGHUP ?? DEFAULTS.cleanExit,
        requested: stop.accept?.requested ?? DEFAULTS.cleanExit,
      },
      slowPath: stop.slowPath ?? null,
    },
    logs: { stdout: (given.logs?.stdout ?? []).map(({ source, flags }) => ({ source, flags })) },
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

function completePort(given: ContractInput['port']): PortContract {
  if (given === undefined) return DEFAULTS.port
  if (given === false) return { kind: 'none' }
  return 'variable' in given
    ? { kind: 'variable', name: given.variable }
    : { kind: 'arguments', args: given.args }
}

type GivenRequest = NonNullable<NonNullable<ContractInput['stop']>['requests']>[number]

function completeRequest(given: GivenRequest): StopRequest {
  if ('line' in given) return { kind: 'line', text: given.line }
  if ('stdin' in given) return { kind: 'stdin-closed' }
  const [method = '', path = ''] = given.http.split(' ')
  return { kind: 'http', method, path }
}

/** False says that there is none; nothing said at all, that it is the default. */
function orNull(given: string | false | undefined, otherwise: string | null): string | null {
  return given === undefined ? otherwise : given === false ? null : given
}
