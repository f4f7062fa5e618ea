import { type GoodAnswer, goodAnswers } from '../clauses/answers.ts'
import { sinceLaunch } from '../recording/query.ts'
import type { Scene } from './known-failure.ts'

/** What it said of its uptime, and how that grew. */
export interface Count {
  /** The first in the life that was judged, and how old that was. */
  readonly value: number
  readonly ageMs: number
  /** By how much it grew in how long, between the two answers of a life that are furthest apart; null for one alone. */
  readonly growth: { readonly by: number; readonly inMs: number } | null
}

/** Two answers closer than this tell little of a pace. */
export const TELLING_MS = 20
/** Null where no answer of the life has a number there. */
export function countIn({ life, evidence: { lives, contract } }: Scene): Count | null {
  const key = contract.health.uptime ?? ''
  const counted = (life === null ? [] : goodAnswers([life], contract)).flatMap(({ response, body }) => {
    const value = body[key]
    return typeof value === 'number' ? [{ value, atMs: response.atMs }] : []
  })
  const [first] = counted
  if (life === null || first === undefined) return null
  const pairs = lives.flatMap(each => growthIn(goodAnswers([each], contract), key))
  const [widest = null] = pairs.toSorted((a, b) => b.inMs - a.inMs)
  return { value: first.value, ageMs: sinceLaunch(life, first.atMs), growth: widest }
}

function growthIn(answers: readonly GoodAnswer[], key: string): readonly NonNullable<Count['growth']>[] {
  const [first] = answers
  const last = answers.at(-1)
  const [from, to] = [first?.body[key], last?.body[key]]
  if (first === undefined || last === undefined) return []
  if (typeof from !== 'number' || typeof to !== 'number') return []
  const inMs = last.askedAtMs - first.response.atMs
  return inMs < TELLING_MS ? [] : [{ by: to - from, inMs }]
}
