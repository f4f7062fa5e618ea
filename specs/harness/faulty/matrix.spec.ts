import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Fault, faults } from '../../../fixtures/faulty/catalogue.ts'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import { CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { runGate } from '../../../harness/gate/gate.ts'
import type { Verdict } from '../../../harness/gate/verdict.ts'
import { selectHost } from '../../../harness/host/index.ts'

/*
 * Every clause is proven by a sidecar that breaks it: the whole gate is run on each faulty sidecar, and exactly
 * the clauses that it breaks may fail. The same twin with no fault passes everything, so a catch is the fault's.
 */

let directory: string
const foreign = createServer((_request, response) => {
  const health = { status: 'ok', app: 'somebody-else', timestamp: new Date().toISOString(), uptime: 1 }
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(health))
})

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faulty-'))
  await new Promise<void>(resolve => foreign.listen(0, '127.0.0.1', resolve))
})

afterAll(async () => {
  await rm(directory, { recursive: true })
  await new Promise(resolve => foreign.close(resolve))
})

async function judge(fault: Fault | 'none'): Promise<Verdict> {
  const file = await makeFaulty(fault, directory)
  const input = fault === 'none' ? {} : { ...fault.contract, ...foreignPort(fault) }
  const { verdict } = await runGate({
    resolved: resolveContract(input, { file: null, directory }),
    file,
    host: selectHost(),
    callerEnvironment: { ...process.env, ...(fault === 'none' ? {} : fault.callerEnvironment) },
  })
  return verdict
}

/** This one announces a port on which another program answers as it should. */
function foreignPort({ name }: Fault): { env?: Record<string, string> } {
  if (name !== 'announces-foreign-port') return {}
  return { env: { FAULTY_TWIN_FOREIGN_PORT: String((foreign.address() as AddressInfo).port) } }
}

function broken(verdict: Verdict): string[] {
  return verdict.clauses
    .filter(({ outcome }) => outcome === 'fail' || outcome === 'warn')
    .map(({ id }) => id)
    .sort()
}

test('the sound twin passes every clause', async () => {
  const verdict = await judge('none')

  expect(verdict.clauses.filter(({ outcome }) => outcome !== 'pass')).toEqual([])
  expect(verdict.clauses.map(({ id }) => id)).toEqual(CLAUSE_IDS)
})

test('every clause has a faulty sidecar that breaks it', () => {
  const proven = new Set(faults.map(({ breaks }) => breaks))

  expect(CLAUSE_IDS.filter(id => !proven.has(id))).toEqual([])
})

// Most of their time is spent waiting for what a faulty sidecar never does.
describe.concurrent('a faulty sidecar breaks its own clause and no other', () => {
  // A clause that is not in the catalogue yet cannot be judged.
  const known = new Set<string>(CLAUSE_IDS)

  test.for(faults)('$name', async (fault, { expect }) => {
    const verdict = await judge(fault)

    const expected = [fault.breaks, ...(fault.alsoBreaks ?? [])].filter(id => known.has(id)).sort()
    expect(broken(verdict)).toEqual(expected)
    const own = verdict.clauses.find(({ id }) => id === fault.breaks)
    expect(own?.outcome).toBe(fault.outcome ?? 'fail')
    expect(own?.expected).toMatch(/\w/)
    expect(own?.observed).toMatch(/\w/)
    // A fault of the file is seen before there is any time to tell.
    expect(own?.seen === null).toBe(fault.kind === 'file')
  })
})
