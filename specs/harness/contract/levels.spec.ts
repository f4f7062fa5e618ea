import { describe, expect, test } from 'vitest'
import { CATALOGUE, CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'
import { ContractError } from '../../../harness/contract/errors.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { enabledClauses, levelOf } from '../../../harness/contract/levels.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'

const ORIGIN = { file: null, directory: '/app' }
const resolve = (input: ContractInput) => resolveContract(input, ORIGIN).contract

/** What is said of a contract that cannot be used, a problem a line. */
function problemsOf(input: unknown): string[] {
  try {
    resolveContract(input, ORIGIN)
  } catch (error) {
    if (!(error instanceof ContractError)) throw error
    return error.problems.map(({ at, message }) => `${at}: ${message}`)
  }
  return []
}

describe('the level of a clause', () => {
  test("is the catalogue's where the contract says nothing", () => {
    for (const id of CLAUSE_IDS) expect(levelOf(resolve({}), id)).toBe(CATALOGUE[id].level)
  })

  test("is the contract's where it names one", () => {
    const contract = resolve({
      levels: { 'stop/sigint': 'should', 'stop/hangup': 'must', 'stop/killed': 'may' },
    })
    expect(levelOf(contract, 'stop/sigint')).toBe('should')
    expect(levelOf(contract, 'stop/hangup')).toBe('must')
    expect(levelOf(contract, 'stop/killed')).toBe('may')
    expect(levelOf(contract, 'stop/sigterm')).toBe('must')
  })

  test('is a must for the name of a Tauri sidecar, unless the contract knows better', () => {
    const id = 'artifact/triple-name'
    expect(levelOf(resolve({}), id)).toBe('should')
    expect(levelOf(resolve({ app: 'electron' }), id)).toBe('should')
    expect(levelOf(resolve({ app: 'tauri' }), id)).toBe('must')
    expect(levelOf(resolve({ app: 'tauri', levels: { [id]: 'should' } }), id)).toBe('should')
  })
})

test('a clause is enabled as a must or a should, and not as a may', () => {
  const enabled = enabledClauses(resolve({ levels: { 'stop/hangup': 'should', 'stop/sigint': 'may' } }))
  expect(enabled).toContain('stop/hangup')
  expect(enabled).not.toContain('stop/sigint')
  expect(enabled).not.toContain('health/head')
  expect(enabled).toEqual(CLAUSE_IDS.filter(id => enabled.includes(id)))
})

test('the reason of a waiver is kept, without the space around it', () => {
  const { waive } = resolve({ waive: { 'net/loopback-only': '  the phone app, see docs/lan.md\n' } })
  expect(waive).toEqual({ 'net/loopback-only': 'the phone app, see docs/lan.md' })
})

describe('an id or a word that is wrong is named with the nearest:', () => {
  test.each<[unknown, string]>([
    [
      { levels: { 'net/foreign-hots': 'must' } },
      'levels.net/foreign-hots: there is no such clause. Did you mean "net/foreign-host-refused"?',
    ],
    [
      { waive: { 'stop/sigtrm': 'why' } },
      'waive.stop/sigtrm: there is no such clause. Did you mean "stop/sigterm"?',
    ],
    [{ waive: { sigterm: 'why' } }, 'waive.sigterm: there is no such clause. Did you mean "stop/sigterm"?'],
    [
      { levels: { port: 'may' } },
      'levels.port: there is no such clause. It is a group; its clauses are port/dynamic-by-default, port/explicit, port/taken, port/invalid.',
    ],
    [
      { levels: { xyzzy: 'may' } },
      'levels.xyzzy: there is no such clause. The groups are artifact, start, announce, port, net, logs, health, stop, fleet, resources; `sidecar-harness check --list` shows every clause.',
    ],
    [{ levels: { 'stop/sigint': 'mst' } }, 'levels.stop/sigint: "mst" is no level. Did you mean "must"?'],
    [
      { levels: { 'stop/sigint': true } },
      'levels.stop/sigint: true is no level. Known are: must, should, may.',
    ],
    [{ waive: { 'stop/sigint': '' } }, 'waive.stop/sigint: a reason is required'],
    [{ waive: { 'stop/sigint': '  ' } }, 'waive.stop/sigint: a reason is required'],
    [{ waive: { 'stop/sigint': true } }, 'waive.stop/sigint: expected the reason, in words'],
    [{ waive: { 'stop/sigint': null } }, 'waive.stop/sigint: expected the reason, in words'],
    [
      { waive: ['stop/sigint'] },
      'waive: expected an object, such as { "net/loopback-only": "why this is accepted" }',
    ],
    [{ levels: 'must' }, 'levels: expected an object, such as { "net/foreign-host-refused": "must" }'],
  ])('%j', (input, problem) => {
    expect(problemsOf(input)).toEqual([problem])
  })

  test('all of them at once', () => {
    const input = { levels: { 'stop/sigit': 'must', 'stop/sigterm': 'mut' }, waive: { 'port/takn': 'why' } }
    expect(problemsOf(input).sort()).toEqual([
      'levels.stop/sigit: there is no such clause. Did you mean "stop/sigint"?',
      'levels.stop/sigterm: "mut" is no level. Did you mean "must"?',
      'waive.port/takn: there is no such clause. Did you mean "port/taken"?',
    ])
  })
})
