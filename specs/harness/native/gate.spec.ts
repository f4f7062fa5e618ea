import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nativeFaults } from '../../../fixtures/native/make.ts'
import { CATALOGUE, CLAUSE_IDS, type ClauseId } from '../../../harness/contract/catalogue.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { runGate } from '../../../harness/gate/gate.ts'
import type { Verdict } from '../../../harness/gate/verdict.ts'
import { selectHost } from '../../../harness/host/index.ts'
import { nativeFile, needsCompiler } from './native.ts'

needsCompiler()

// It listens on 127.0.0.1 alone, as most do; to be reached at `localhost` on ::1 as well is more than its contract says.
const NOT_PROMISED: readonly ClauseId[] = ['net/localhost-reachable']

/** Everything else that a contract can ask for, each may included. */
const STRICT: ContractInput = {
  app: 'tauri',
  health: { app: 'native-sidecar', version: '1.0.0' },
  net: { origins: ['tauri://localhost', 'http://tauri.localhost', 'https://tauri.localhost'] },
  stop: { slowPath: '/slow?ms=1000', requests: [{ http: 'POST /shutdown' }, { line: 'quit' }] },
  levels: Object.fromEntries(
    CLAUSE_IDS.filter(id => CATALOGUE[id].level === 'may' && !NOT_PROMISED.includes(id)).map(id => [
      id,
      'must',
    ]),
  ),
}

// A whole gate takes some five seconds, most of them deliberate waits, and many times that on a busy machine.
const GATE_MS = 120_000

describe('the native sidecar passes the whole gate', { timeout: GATE_MS }, () => {
  it('with the defaults', async () => {
    const { clauses } = await judge({})

    expect(clauses.filter(({ outcome }) => !['pass', 'skipped'].includes(outcome))).toEqual([])
  })

  it('with all that a contract can ask for, and nothing that its faults break is skipped', async () => {
    const { clauses } = await judge(STRICT)

    expect(clauses.filter(({ outcome }) => !['pass', 'skipped'].includes(outcome))).toEqual([])
    const skipped = clauses.filter(({ outcome }) => outcome === 'skipped').map(({ id }) => id as string)
    const broken = (await nativeFaults()).map(({ breaks }) => breaks)
    expect(broken.filter(id => skipped.includes(id))).toEqual([])
  })
})

async function judge(contract: ContractInput): Promise<Verdict> {
  const file = await nativeFile()
  const { verdict } = await runGate({
    resolved: resolveContract(contract, { file: null, directory: dirname(file) }),
    file,
    host: selectHost(),
    callerEnvironment: process.env,
  })
  return verdict
}
