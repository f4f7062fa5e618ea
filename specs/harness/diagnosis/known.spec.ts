import { expect, test } from 'vitest'
import { CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'
import { KNOWN_FAILURES } from '../../../harness/diagnosis/known/index.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife } from '../clauses/recordings.ts'

test.each(CLAUSE_IDS)('whatever %s fails for, something is said of it', clause => {
  const last = KNOWN_FAILURES.findLast(({ clauses }) => clauses.includes(clause))
  const file = { path: 'left', where: 'temporary directory', bytes: 1 } as const
  const script = aLife('stop-sigterm').logs('up').announces().isReady().isSeen().isSent('SIGTERM').exits(3)
  const evidence = evidenceOf({
    only: [script.litters([file]).leaves()],
    artifact: { payload: { runtime: 'node', version: null, state: 'lost', bytes: null } },
  })
  const finding = { outcome: 'fail', expected: 'this', observed: 'that', seen: null } as const
  const scene = { clause, finding, life: evidence.lives[0] ?? null, evidence, runtime: 'unknown' } as const

  expect(last?.recognise(scene), last?.id).not.toBeNull()
})

test('each says what is wrong and how to mend it, in sentences', () => {
  const flawed = KNOWN_FAILURES.filter(({ title = '', fix }) => {
    const fixes = Object.values(fix ?? { any: '' })
    return !title.endsWith('.') || fixes.some(text => text.trim() === '')
  })
  expect(flawed.map(({ id }) => id)).toEqual([])
})

test('ids are words with hyphens, and one id has one title', () => {
  const titles = Map.groupBy(KNOWN_FAILURES, ({ id }) => id)

  expect([...titles.keys()].filter(id => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([])
  expect(
    [...titles].filter(([, all]) => new Set(all.map(({ title }) => title)).size > 1).map(([id]) => id),
  ).toEqual([])
})

test('sources are addresses', () => {
  const sources = KNOWN_FAILURES.flatMap(known => known.sources)

  expect(sources.filter(source => !URL.canParse(source) || !source.startsWith('https://'))).toEqual([])
})
