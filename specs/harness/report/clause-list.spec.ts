import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { type SelectOptions, selectClauses } from '../../../harness/gate/select.ts'
import { renderList, renderListAsJson } from '../../../harness/report/clause-list.ts'
import { contractOf } from '../clauses/evidence.ts'

const TOOL = { name: 'sidecar-harness', version: '1.2.3' }
const level = z.enum(['must', 'should', 'may'])

/** What docs/verdict.md promises of it, with nothing beside. */
const document = z.strictObject({
  schema: z.literal(1),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  clauses: z.array(
    z.strictObject({
      id: z.enum(CLAUSE_IDS as unknown as [string, ...string[]]),
      group: z.string(),
      level,
      defaultLevel: level,
      selected: z.boolean(),
      promise: z.string().min(1),
      waived: z.string().min(1).optional(),
    }),
  ),
})

const select = (options: SelectOptions, contract: ContractInput) =>
  selectClauses(contractOf(contract), options)

const CONTRACT: ContractInput = {
  levels: { 'logs/on-stderr': 'must', 'net/loopback-only': 'may' },
  waive: { 'stop/killed': 'a tool of ours' },
}
const OPTIONS: SelectOptions = { only: ['stop', 'logs', 'net'], skip: ['stop/sig*'], enable: ['stop/hangup'] }

describe('the list as JSON', () => {
  const { clauses, ...rest } = document.parse(JSON.parse(renderListAsJson([select(OPTIONS, CONTRACT)], TOOL)))
  const clause = (id: string) => clauses.find(listed => listed.id === id)

  test('holds every clause of the catalogue, in its order', () => {
    expect(rest).toEqual({ schema: 1, tool: TOOL })
    expect(clauses.map(({ id }) => id)).toEqual(CLAUSE_IDS)
    for (const { id, group } of clauses) expect(id.startsWith(`${group}/`)).toBe(true)
  })

  test('has the level by the contract, and whether it would be judged', () => {
    expect(clause('stop/hangup')).toMatchObject({ level: 'must', defaultLevel: 'may', selected: true })
    expect(clause('logs/on-stderr')).toMatchObject({ level: 'must', defaultLevel: 'should', selected: true })
    expect(clause('net/loopback-only')).toMatchObject({ level: 'may', defaultLevel: 'must', selected: false })
    expect(clause('stop/sigint')).toMatchObject({ level: 'must', selected: false })
    expect(clause('port/taken')).toMatchObject({ level: 'must', selected: false })
  })

  test('says why a clause is waived', () => {
    expect(clause('stop/killed')).toMatchObject({ selected: true, waived: 'a tool of ours' })
    expect(clauses.filter(({ waived }) => waived !== undefined)).toHaveLength(1)
  })
})

describe('the list for people', () => {
  const text = renderList([select(OPTIONS, CONTRACT)], null)

  test('has one line a clause, a group a paragraph', () => {
    const paragraphs = text.split('\n\n').slice(1, -1)
    expect(paragraphs.map(paragraph => paragraph.split('\n').map(line => line.split(/ +/)[1]))).toEqual([
      ...Map.groupBy(CLAUSE_IDS, id => id.split('/')[0]).values(),
    ])
  })

  test('says of each whether it would be judged, its level, and what the contract changes', () => {
    expect(text).toMatch(/^The default contract: 17 of 73 clauses would be judged \(\+\)\n/)
    expect(text).toMatch(/^\+ stop\/hangup +must {4}On SIGHUP .*\. \(by default a may\)$/m)
    expect(text).toMatch(/^\+ stop\/killed +should {2}Killed outright, .*\. \(waived: a tool of ours\)$/m)
    expect(text).toMatch(
      /^- stop\/sigint +must {4}On SIGINT it ends by itself, cleanly, within the grace period\.$/m,
    )
    expect(text).toMatch(/^- net\/loopback-only +may {5}.*\. \(by default a must\)$/m)
  })
})

describe('of several contracts', () => {
  const selections = ['notes', 'search'].map(name => select({}, { name, levels: { 'stop/hangup': 'must' } }))

  test('the list for people has each under its name', () => {
    const text = renderList(selections, null)
    expect(text.match(/^.*would be judged.*$/gm)).toEqual([
      'notes, The default contract: 66 of 73 clauses would be judged (+)',
      'search, The default contract: 66 of 73 clauses would be judged (+)',
    ])
    expect(text.match(/^[+-] stop\/hangup /gm)).toHaveLength(2)
  })

  test('the list as JSON has the clauses of each', () => {
    const { sidecars } = z
      .strictObject({
        schema: z.literal(1),
        tool: z.unknown(),
        sidecars: z.array(
          z.strictObject({ name: z.string(), contract: z.string(), clauses: document.shape.clauses }),
        ),
      })
      .parse(JSON.parse(renderListAsJson(selections, TOOL)))
    expect(sidecars.map(({ name, contract }) => ({ name, contract }))).toEqual([
      { name: 'notes', contract: 'defaults' },
      { name: 'search', contract: 'defaults' },
    ])
    for (const { clauses } of sidecars) expect(clauses).toHaveLength(CLAUSE_IDS.length)
  })
})
