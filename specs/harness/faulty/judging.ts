import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { contractFor } from '../../../fixtures/faulty/contract.ts'
import type { Fault } from '../../../fixtures/faulty/fault.ts'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { type GateOptions, type GateResult, runGate } from '../../../harness/gate/gate.ts'
import type { Verdict } from '../../../harness/gate/verdict.ts'
import { selectHost } from '../../../harness/host/index.ts'

/** Runs the whole gate on a faulty sidecar, or on one of the two sound ones. */
export async function judgeFaulty(
  fault: Fault | 'none' | 'sound-native',
  directory: string,
  foreign: Server,
  options: Pick<GateOptions, 'witness' | 'isEnough' | 'clauses'> = {},
): Promise<GateResult> {
  const file = await makeFaulty(fault, directory)
  const input = { ...contractFor(fault), ...foreignPort(fault, foreign) }
  const { callerEnvironment = {} } = typeof fault === 'string' ? {} : fault
  return runGate({
    resolved: resolveContract(input, { file: null, directory }),
    file,
    host: selectHost(),
    callerEnvironment: { ...process.env, ...callerEnvironment },
    ...options,
  })
}

/** This one announces a port on which another program answers as it should. */
function foreignPort(fault: Fault | 'none' | 'sound-native', foreign: Server): Record<string, unknown> {
  if (typeof fault === 'string' || fault.name !== 'announces-foreign-port') return {}
  const { port } = foreign.address() as AddressInfo
  return { env: { FAULTY_TWIN_FOREIGN_PORT: String(port) } }
}

/** Another program, which answers as a healthy sidecar would. */
export async function startForeignServer(): Promise<Server> {
  const foreign = createServer((_request, response) => {
    const health = { status: 'ok', app: 'somebody-else', timestamp: new Date().toISOString(), uptime: 1 }
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(health))
  })
  await new Promise<void>(resolve => foreign.listen(0, '127.0.0.1', resolve))
  return foreign
}

/** The clauses that were not kept: what failed, whatever its level. */
export function brokenClauses({ clauses }: Verdict): string[] {
  return clauses
    .filter(({ outcome }) => outcome === 'fail' || outcome === 'warn')
    .map(({ id }) => id)
    .sort()
}

/** What was seen of each that was not kept: for whoever reads on another machine that one was not to be among them. */
export function tellBroken({ clauses }: Verdict): string {
  return clauses
    .filter(({ outcome }) => outcome === 'fail' || outcome === 'warn')
    .map(({ id, observed }) => `${id}: ${observed}`)
    .join('\n')
}

/** The clauses that a faulty sidecar has to be caught by, and none beside them. */
export function expectedBroken({ breaks, alsoBreaks = [] }: Fault): string[] {
  return [breaks, ...alsoBreaks].sort()
}
