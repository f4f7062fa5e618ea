import { expect, test } from 'vitest'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { scaleTimes } from '../../../harness/contract/time-scale.ts'

const { contract } = resolveContract({}, { file: null, directory: '/app' })

test('multiplies every time that a sidecar is given, and nothing else', () => {
  expect(scaleTimes(contract, 2.5)).toEqual({
    ...contract,
    budgets: { ...contract.budgets, readyMs: 25_000, graceMs: 25_000, soonMs: 12_500, latencyMs: 250 },
  })
})

test('by one leaves the contract as it is', () => {
  expect(scaleTimes(contract, 1)).toEqual(contract)
})

test('leaves whole milliseconds, and one of them at least', () => {
  const brief = { ...contract, budgets: { ...contract.budgets, latencyMs: 3, soonMs: 15 } }
  expect(scaleTimes(brief, 0.1).budgets).toMatchObject({ latencyMs: 1, soonMs: 2, readyMs: 1_000 })
})
