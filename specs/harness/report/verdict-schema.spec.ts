import { readFile } from 'node:fs/promises'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Verdict } from '../../../harness/gate/verdict.ts'
import { debugJsonSchema } from '../../../harness/report/debug-schema.ts'
import { renderJson } from '../../../harness/report/json.ts'
import { verdictJsonSchema } from '../../../harness/report/verdict-schema.ts'
import type { Case } from '../clauses/evidence.ts'
import { aLife } from '../clauses/recordings.ts'
import { BROKEN, blockedBy, type Found, runOf, verdictFor, verdictOn } from './verdicts.ts'

/* schema/verdict.schema.json, as a reader in another language has it: the file, and a validator that is not ours. */

let published: Record<string, unknown>
let validate: ValidateFunction

beforeAll(async () => {
  const file = new URL('../../../schema/verdict.schema.json', import.meta.url)
  published = JSON.parse(await readFile(file, 'utf8'))
  validate = new Ajv2020({ formats: { 'date-time': true } }).compile(published)
})

function problemsOf(...verdicts: Verdict[]): unknown {
  const document = JSON.parse(renderJson(runOf(...verdicts), { name: 'sidecar-harness', version: '1.2.3' }))
  return validate(document) ? null : validate.errors
}

test('the published schemas are up to date: node specs/docs/schema.ts writes them', async () => {
  const debug = new URL('../../../schema/debug.schema.json', import.meta.url)

  expect(published).toEqual(verdictJsonSchema())
  expect(JSON.parse(await readFile(debug, 'utf8'))).toEqual(debugJsonSchema())
})

describe('the published schema holds for', () => {
  test.each<[string, Found]>([
    ['a pass', {}],
    ['a failure', { found: { 'stop/sigint': BROKEN }, lives: [aLife('stop-sigint').logs('up').announces()] }],
    ['a failure in the file', { found: { 'artifact/size': { ...BROKEN, seen: null } } }],
    [
      'a waived root cause',
      {
        contract: { waive: { 'start/within-budget': 'slow' } },
        found: { 'start/within-budget': BROKEN, ...blockedBy('start/within-budget', ['stop/sigint']) },
      },
    ],
    ['a gate that was interrupted', { facts: { interrupted: true } }],
    ['a binary that the environment named', { facts: { chosenBy: 'environment', strict: true } }],
  ])('%s', (_what, given) => {
    expect(problemsOf(verdictFor(given))).toBeNull()
  })

  test.each<[string, Case]>([
    ['what real judges say of a sound sidecar', {}],
    ['what they say of one that exits', { only: [aLife('stop-sigterm').logs('no').exits(1).leaves()] }],
    ['what they say of a file that is no program', { only: [], artifact: { mode: 0o644, triple: null } }],
  ])('%s', (_what, given) => {
    expect(problemsOf(verdictOn(given))).toBeNull()
  })

  test('several sidecars', () => {
    expect(problemsOf(verdictFor(), verdictFor({ found: { 'stop/sigint': BROKEN } }))).toBeNull()
  })
})

describe('the published schema', () => {
  const document = () =>
    JSON.parse(renderJson(runOf(verdictFor()), { name: 'sidecar-harness', version: '1.2.3' }))

  test.each<[string, (verdict: ReturnType<typeof document>) => void]>([
    ['an outcome that is none', verdict => (verdict.verdict = 'green')],
    ['no sidecar', verdict => (verdict.sidecars = [])],
    ['a sidecar without its file', verdict => delete verdict.sidecars[0].file],
    ['a clause without what was observed', verdict => delete verdict.sidecars[0].clauses[0].observed],
    ['another number', verdict => (verdict.schema = 2)],
  ])('refuses %s', (_what, spoil) => {
    const verdict = document()
    spoil(verdict)
    expect(validate(verdict)).toBe(false)
  })

  test('leaves room for fields and clauses that are added', () => {
    const verdict = document()
    verdict.sidecars[0].added = true
    verdict.sidecars[0].clauses[0].id = 'stop/on-a-new-way'
    expect(validate(verdict)).toBe(true)
  })
})
