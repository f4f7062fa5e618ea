import { describe, expect, test } from 'vitest'
import { CLAUSE_IDS, type ClauseId } from '../../../harness/contract/catalogue.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { levelOf } from '../../../harness/contract/levels.ts'
import {
  NoClauseError,
  SelectionError,
  type SelectOptions,
  selectClauses,
} from '../../../harness/gate/select.ts'
import { contractOf } from '../clauses/evidence.ts'

const select = (options: SelectOptions = {}, contract: ContractInput = {}) =>
  selectClauses(contractOf(contract), options)
const ids = (options: SelectOptions, contract: ContractInput = {}) => select(options, contract).clauses
const inGroups = (...groups: string[]) =>
  CLAUSE_IDS.filter(id => groups.includes(id.split('/')[0] ?? '')).filter(id => !MAYS.includes(id))

const MAYS: readonly ClauseId[] = [
  'net/localhost-reachable',
  'net/app-origins-allowed',
  'net/foreign-host-refused',
  'net/foreign-origin-refused',
  'logs/closed-pipes',
  'logs/undrained-stderr',
  'health/head',
  'stop/hangup',
]

describe('by default', () => {
  test('all clauses are selected but for the mays', () => {
    expect(ids({})).toEqual(CLAUSE_IDS.filter(id => !MAYS.includes(id)))
  })

  test('the contract enables a may, and turns off what it calls one', () => {
    const levels = { 'stop/hangup': 'should', 'net/loopback-only': 'may' } as const
    const selected = ids({}, { levels })
    expect(selected).toContain('stop/hangup')
    expect(selected).not.toContain('net/loopback-only')
    expect(selected).toHaveLength(CLAUSE_IDS.length - MAYS.length)
  })

  test('the contract stays as it is', () => {
    const contract = contractOf({ levels: { 'stop/hangup': 'should' } })
    expect(selectClauses(contract).contract).toEqual(contract)
  })
})

describe('only', () => {
  test.each<[readonly string[], readonly ClauseId[]]>([
    [['stop/sigterm'], ['stop/sigterm']],
    [
      ['stop/sigint', 'stop/sigterm'],
      ['stop/sigterm', 'stop/sigint'],
    ],
    [['stop/sig*'], ['stop/sigterm', 'stop/sigint']],
    [['stop/*'], inGroups('stop')],
    [['stop'], inGroups('stop')],
    [['port', 'fleet/*'], inGroups('port', 'fleet')],
    [['{port,net}/*'], inGroups('port', 'net')],
    [['{port,net}'], inGroups('port', 'net')],
    [
      ['!(stop)'],
      inGroups('artifact', 'start', 'announce', 'port', 'net', 'logs', 'health', 'fleet', 'resources'),
    ],
    [['*'], ids({})],
    [['**'], ids({})],
    [
      ['*/no-*'],
      [
        'start/no-litter',
        'net/no-other-listeners',
        'stop/no-orphans',
        'resources/no-descriptor-leak',
        'resources/no-memory-leak',
      ],
    ],
  ])('%j selects what it says, in the order of the catalogue', (only, selected) => {
    expect(ids({ only })).toEqual(selected)
  })

  test('judges a may that is named whole, as a must', () => {
    const { clauses, contract } = select({ only: ['health/head'] })
    expect(clauses).toEqual(['health/head'])
    expect(levelOf(contract, 'health/head')).toBe('must')
  })

  test('judges a clause that the contract turned off, where it is named whole', () => {
    const levels = { 'stop/sigint': 'may' } as const
    expect(ids({ only: ['stop/sigint'] }, { levels })).toEqual(['stop/sigint'])
    expect(ids({ only: ['stop/sig*'] }, { levels })).toEqual(['stop/sigterm'])
  })

  test('of nothing at all is no selection', () => {
    expect(() => select({ only: [] })).toThrow(NoClauseError)
  })
})

describe('skip', () => {
  test('leaves out what it names', () => {
    expect(ids({ skip: ['stop', '*/no-*'] })).toEqual(
      ids({}).filter(id => !id.startsWith('stop/') && !id.includes('/no-')),
    )
  })

  test('is stronger than only and enable', () => {
    const options = { only: ['health/*'], enable: ['health/head'], skip: ['health/head', 'health/latency'] }
    expect(ids(options)).toEqual(inGroups('health').filter(id => id !== 'health/latency'))
  })

  test('may name what is not enabled', () => {
    expect(ids({ skip: ['net/foreign-*'] })).toEqual(ids({}))
  })

  test('of everything is an error, and not a pass', () => {
    expect(() => select({ skip: ['*'] })).toThrow(NoClauseError)
    expect(() => select({ only: ['stop/sigint'], skip: ['stop'] })).toThrow(NoClauseError)
  })
})

describe('enable', () => {
  test('takes in a may, as a must', () => {
    const { clauses, contract } = select({ enable: ['stop/hangup'] })
    expect(clauses).toEqual(CLAUSE_IDS.filter(id => id === 'stop/hangup' || !MAYS.includes(id)))
    expect(contract.levels).toEqual({ 'stop/hangup': 'must' })
  })

  test('takes in all mays that it fits', () => {
    expect(select({ enable: ['net/foreign-*', 'logs'] }).contract.levels).toEqual({
      'net/foreign-host-refused': 'must',
      'net/foreign-origin-refused': 'must',
      'logs/closed-pipes': 'must',
      'logs/undrained-stderr': 'must',
    })
    expect(ids({ enable: ['*'] })).toEqual(CLAUSE_IDS)
  })

  test('leaves other levels as they are', () => {
    const levels = { 'stop/hangup': 'should' } as const
    const { contract } = select({ enable: ['stop/hangup', 'logs/on-stderr'] }, { levels })
    expect(contract.levels).toEqual(levels)
  })

  test('is not enough where only names something else', () => {
    expect(ids({ enable: ['stop/hangup'], only: ['port'] })).toEqual(inGroups('port'))
  })
})

describe('a pattern that fits nothing is an error, with the nearest word:', () => {
  const GROUPS =
    'The groups are artifact, start, announce, port, net, logs, health, stop, fleet, resources; `sidecar-harness check --list` shows every clause.'

  test.each<[SelectOptions, string]>([
    [{ only: ['stpo'] }, 'only: no clause fits "stpo". Did you mean "stop"?'],
    [{ only: ['stop', 'stpo/*'] }, 'only: no clause fits "stpo/*". Did you mean "stop/*"?'],
    [{ only: ['Stop/sig*'] }, 'only: no clause fits "Stop/sig*". Did you mean "stop/sig*"?'],
    [{ skip: ['stop/sigtrm'] }, 'skip: no clause fits "stop/sigtrm". Did you mean "stop/sigterm"?'],
    [
      { enable: ['net/foreign-hots'] },
      'enable: no clause fits "net/foreign-hots". Did you mean "net/foreign-host-refused"?',
    ],
    [{ only: ['sigtrem'] }, 'only: no clause fits "sigtrem". Did you mean "stop/sigterm"?'],
    [{ only: ['orphan'] }, 'only: no clause fits "orphan". Did you mean "stop/no-orphans"?'],
    [{ only: ['xyzzy'] }, `only: no clause fits "xyzzy". ${GROUPS}`],
    [{ only: ['stop/xyzzyx*'] }, `only: no clause fits "stop/xyzzyx*". ${GROUPS}`],
    [{ only: [''] }, `only: no clause fits "". ${GROUPS}`],
    [{ skip: ['['] }, `skip: no clause fits "[". ${GROUPS}`],
    [
      { only: ['net/foreign-*'] },
      'only: "net/foreign-*" fits only what this contract does not enable: net/foreign-host-refused, net/foreign-origin-refused. Name it whole, or enable it.',
    ],
  ])('%j', (options, message) => {
    expect(() => select(options)).toThrow(new SelectionError(message))
  })
})
