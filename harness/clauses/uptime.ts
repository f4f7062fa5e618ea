import { sinceLaunch } from '../recording/query.ts'
import { duration } from '../text/duration.ts'
import { type GoodAnswer, goodAnswers } from './answers.ts'
import { BASELINE_LIFE, blocked, type Clause, type Finding, fail, pass, skipped } from './clause.ts'

/** Rounded up, whole seconds of a life that has just begun are one more than it is old. */
const ROUNDED_UP_MS = 1000

/** Two clocks, and a timer that ticks every 16 ms, tell the same stretch of time a little apart. */
const COARSE_CLOCK_MS = 50

/** Since 1970, in seconds: no machine has been up for so long. */
const LONGEST_UPTIME_S = 1_000_000_000

interface CountedAnswer extends GoodAnswer {
  readonly seconds: number
}

/**
 * Apps tell a restarted sidecar by its uptime. One in milliseconds, of the machine, or one that stands still, is
 * plausible in every single answer of a long life: it is the young life, and two answers, that give it away.
 */
export const uptime: Clause = {
  id: 'health/uptime',
  asks: 'http',
  scenarios: [BASELINE_LIFE, 'questions', 'idle'],
  needs: ['health/schema'],
  judge({ contract, readyLives, holds }) {
    const key = contract.health.uptime
    if (key === null) return skipped('the contract names no uptime')
    const counted = countedAnswers(goodAnswers(readyLives, contract), key)
    if (counted.length === 0) {
      return holds('health/schema') ? skipped(`the body has no ${key} as a number`) : blocked('health/schema')
    }
    for (const answer of counted) {
      const finding = judgeAge(answer, key)
      if (finding !== null) return finding
    }
    const unitMs = Math.min(...counted.map(({ seconds }) => unitOf(seconds)))
    const pairs = [...Map.groupBy(counted, ({ life }) => life).values()].flatMap(([first, ...later]) =>
      first === undefined ? [] : later.map(second => ({ first, second, ...stretchBetween(first, second) })),
    )
    for (const pair of pairs) {
      const finding = judgeGrowth(pair, unitMs + COARSE_CLOCK_MS, key)
      if (finding !== null) return finding
    }
    const longest = pairs.reduce<Pair | null>(
      (best, pair) => (best === null || pair.leastMs > best.leastMs ? pair : best),
      null,
    )
    if (longest === null || longest.leastMs <= unitMs + COARSE_CLOCK_MS) {
      return skipped(
        `it tells no less than ${duration(unitMs)}, and no two answers were far enough apart to see it grow`,
      )
    }
    return pass(
      `grown by ${duration(grownMs(longest))} in ${duration((longest.leastMs + longest.mostMs) / 2)}, and never more than its age`,
    )
  },
}

function countedAnswers(answers: readonly GoodAnswer[], key: string): CountedAnswer[] {
  return answers.flatMap(answer => {
    const value = answer.body[key]
    return typeof value === 'number' ? [{ ...answer, seconds: value }] : []
  })
}

function judgeAge({ life, response, seconds }: CountedAnswer, key: string): Finding | null {
  const ageMs = sinceLaunch(life, response.atMs)
  if (seconds >= 0 && seconds * 1000 <= ageMs + ROUNDED_UP_MS) return null
  const meaning =
    seconds < 0
      ? ''
      : seconds > LONGEST_UPTIME_S
        ? ': it is the time since 1970'
        : seconds <= ageMs + ROUNDED_UP_MS
          ? ': it may be milliseconds'
          : ": it is another clock's, the machine's perhaps"
  return fail(
    `${key} is the seconds since its start, and not more than it has lived`,
    `${seconds}, ${duration(ageMs)} after its launch${meaning}`,
    { life, atMs: response.atMs },
  )
}

/** What a number's last digit counts, in milliseconds; no finer than our own clock. */
function unitOf(seconds: number): number {
  const digits = String(seconds)
  if (digits.includes('e-')) return 1
  return Math.max(1, 1000 / 10 ** (digits.split('.')[1]?.length ?? 0))
}

interface Pair {
  readonly first: CountedAnswer
  readonly second: CountedAnswer
  /** The bodies were made at least, and at most, so far apart. */
  readonly leastMs: number
  readonly mostMs: number
}

function stretchBetween(first: CountedAnswer, second: CountedAnswer): Pick<Pair, 'leastMs' | 'mostMs'> {
  return {
    leastMs: second.askedAtMs - first.response.atMs,
    mostMs: second.response.atMs - first.askedAtMs,
  }
}

function grownMs({ first, second }: Pair): number {
  return (second.seconds - first.seconds) * 1000
}

function judgeGrowth(pair: Pair, toleranceMs: number, key: string): Finding | null {
  const { first, second, leastMs, mostMs } = pair
  const grown = grownMs(pair)
  if (grown >= leastMs - toleranceMs && grown <= mostMs + toleranceMs) return null
  const how = grown === 0 ? 'stood still for' : 'did not keep pace with'
  return fail(
    `${key} grows by a second in a second`,
    `it ${how} ${duration(leastMs)}: ${first.seconds}, then ${second.seconds}`,
    { life: second.life, atMs: second.response.atMs },
  )
}
