import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { faults } from '../../../fixtures/faulty/catalogue.ts'
import { CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'
import { KNOWN_FAILURES } from '../../../harness/diagnosis/known/index.ts'
import type { KnownFailure } from '../../../harness/diagnosis/known-failure.ts'
import { knownOnce, PAGE, proofs, renderPage } from '../../docs/diagnoses.ts'
import { evidenceOf } from '../clauses/evidence.ts'

/** Those of which this is not so, by id. */
const idsOf = (failures: readonly Pick<KnownFailure, 'id'>[]) => failures.map(({ id }) => id)

/** Less tells nobody what to do. */
const A_FEW_WORDS = 10

describe('the catalogue of diagnoses', () => {
  test('knows why each clause may fail', () => {
    const known = new Set(KNOWN_FAILURES.flatMap(({ clauses }) => clauses))
    expect(CLAUSE_IDS.filter(id => !known.has(id))).toEqual([])
  })

  test('says how to mend it, and of a runtime what is not said of all', () => {
    const poor = KNOWN_FAILURES.filter(({ fix: { any, ...ofRuntimes } }) => {
      const texts = Object.values(ofRuntimes)
      return texts.includes(any) || [any, ...texts].some(text => text.trim().length < A_FEW_WORDS)
    })
    expect(idsOf(poor)).toEqual([])
  })

  test('has a proof of each', async () => {
    const proven = await proofs()
    const bare = knownOnce().filter(({ id }) => {
      const { faults: caught, specs } = proven.get(id) ?? { faults: [], specs: [] }
      return caught.length + specs.length === 0
    })
    expect(idsOf(bare)).toEqual([])
  })

  test('has a last word for libraries, too, though all that is known of them has a name', () => {
    const last = KNOWN_FAILURES.find(({ id }) => id === 'libraries-not-resolved')
    const clause = 'artifact/libraries-resolve'
    const finding = { outcome: 'fail', expected: 'this', observed: 'something else', seen: null } as const
    const scene = { clause, finding, life: null, evidence: evidenceOf(), runtime: 'unknown' } as const
    expect(last?.recognise(scene)).toEqual({ evidence: ['something else'] })
  })

  test('is the one that the faulty sidecars name', () => {
    const known = new Set(idsOf(KNOWN_FAILURES))
    const named = faults.filter(({ diagnosis }) => diagnosis === undefined || !known.has(diagnosis))
    expect(named.map(({ name }) => name)).toEqual([])
  })

  test('stands on its page', async () => {
    const page = await readFile(PAGE, 'utf8')
    // A difference of thousands of lines tells nobody more than that.
    expect(page === (await renderPage(page)), 'node specs/docs/diagnoses.ts brings it up to date').toBe(true)
  })
})
