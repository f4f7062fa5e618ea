import { describe, expect, test } from 'vitest'
import { CLAUSES } from '../../../harness/clauses/index.ts'
import { CLAUSE_IDS, type ClauseId } from '../../../harness/contract/catalogue.ts'
import type { StopSignal } from '../../../harness/contract/contract.ts'
import { type GatePlan, planGate, plannedScenarios } from '../../../harness/gate/plan.ts'
import { scenariosFor } from '../../../harness/scenarios/index.ts'
import { contractOf } from '../clauses/evidence.ts'

const CONTRACT = contractOf()

const plan = (clauses: readonly ClauseId[], signals: StopSignal[] = ['SIGTERM', 'SIGINT']): GatePlan =>
  planGate(contractOf({ stop: { signals } }), clauses)

/** The lives of a plan, by their scenarios. */
const scenarios = (clauses: readonly ClauseId[], signals?: StopSignal[]) =>
  plannedScenarios(plan(clauses, signals)).map(({ id }) => id)

describe('a gate', () => {
  test('of all clauses performs every scenario once, the baseline and the pair first', () => {
    const all = scenarios(CLAUSE_IDS)
    expect(all.slice(0, 2)).toEqual(['stop-sigterm', 'port-pair'])
    expect(all).toEqual([...new Set(all)])
    expect(all.toSorted()).toEqual(
      scenariosFor(CONTRACT)
        .map(({ id }) => id)
        .toSorted(),
    )
    const { baseline, pair } = plan(CLAUSE_IDS)
    expect([baseline?.id, pair?.id]).toEqual(['stop-sigterm', 'port-pair'])
  })

  test('measures time last, with nothing beside it', () => {
    const { rest, alone } = plan(CLAUSE_IDS)
    expect(alone.map(({ id }) => id)).toEqual(['latency'])
    expect(rest.map(({ id }) => id)).not.toContain('latency')
  })

  test('of one signal performs nothing for the other', () => {
    const one = scenarios(CLAUSE_IDS, ['SIGINT'])
    expect(one.slice(0, 2)).toEqual(['stop-sigint', 'port-pair'])
    expect(one.filter(id => id.endsWith('sigterm'))).toEqual([])
  })

  test("takes the contract's first signal for its baseline", () => {
    expect(plan(CLAUSE_IDS, ['SIGINT', 'SIGTERM']).baseline?.id).toBe('stop-sigint')
  })

  test('judges in the order of the catalogue, whatever was asked for first', () => {
    const { clauses } = plan(['stop/sigterm', 'announce/once', 'stop/sigterm'])
    expect(clauses.map(({ id }) => id)).toEqual(['announce/once', 'stop/sigterm'])
  })

  test('runs as many instances as the contract says', () => {
    const { rest } = planGate(contractOf({ fleet: { instances: 7 } }), CLAUSE_IDS)
    expect(rest.filter(({ id }) => id.startsWith('fleet-sig')).map(({ instances }) => instances)).toEqual([
      7, 7,
    ])
  })
})

describe('what is needed', () => {
  test.each<[ClauseId[], string[]]>([
    [[], []],
    [['artifact/executable', 'artifact/native-format'], []],
    [['announce/once', 'logs/on-stderr', 'health/schema'], ['stop-sigterm']],
    [['stop/sigterm'], ['stop-sigterm']],
    [['stop/sigint'], ['stop-sigterm', 'stop-sigint']],
    [['port/dynamic-by-default'], ['stop-sigterm', 'port-pair']],
  ])('for %j is planned and no more', (clauses, expected) => {
    expect(scenarios(clauses)).toEqual(expected)
  })

  test('includes the lives of clauses that have to hold before', () => {
    expect(scenarios(['stop/silent-connections'])).toEqual([
      'stop-sigterm',
      'port-pair',
      'stop-sigint',
      'silent-connections-sigterm',
      'silent-connections-sigint',
    ])
    expect(scenarios(['fleet/clean-exit'])).toEqual([
      'stop-sigterm',
      'port-pair',
      'stop-sigint',
      'fleet-sigterm',
      'fleet-sigint',
    ])
  })

  test('launches nothing where the file alone is judged', () => {
    expect(plan(['artifact/executable'])).toMatchObject({ baseline: null, pair: null, rest: [] })
  })

  test('of several clauses is shared', () => {
    expect(scenarios(['stop/sigint', 'announce/once', 'net/loopback-only'])).toEqual([
      'stop-sigterm',
      'stop-sigint',
    ])
  })
})

describe('the pair', () => {
  test('is added where several instances would run side by side', () => {
    expect(scenarios(['fleet/ready-together'], ['SIGTERM'])).toContain('port-pair')
    expect(scenarios(['stop/silent-connections'])).toContain('port-pair')
  })

  test('is not where one life follows the other', () => {
    expect(scenarios(['stop/sigint'])).not.toContain('port-pair')
    expect(scenarios(['stop/silent-connections'], ['SIGTERM'])).not.toContain('port-pair')
  })
})

describe('the registry', () => {
  test('has a judge for every clause of the catalogue, in its order', () => {
    expect(CLAUSES.map(({ id }) => id)).toEqual(CLAUSE_IDS)
  })

  test('has no clause that is judged by a scenario which no contract performs', () => {
    const requests = [{ http: 'POST /shutdown' }]
    const withAll = planGate(contractOf({ stop: { requests } }), CLAUSE_IDS)
    const performed = new Set(['baseline', ...plannedScenarios(withAll).map(({ id }) => id)])
    for (const { id, scenarios: needed } of CLAUSES) {
      for (const scenario of needed) expect(performed, id).toContain(scenario)
    }
  })
})
