import type { Contract } from '../contract/contract.ts'
import { eventsOf, exitedByItself, sinceLaunch } from '../recording/query.ts'
import type { EventOf, LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import { type Finding, fail } from './clause.ts'
import { ending, lastWords } from './words.ts'

/**
 * Whether it went on serving: it did not exit by itself, and every look whether it still serves (a check, or a volley)
 * was answered as the contract says. Null when it did.
 */
export function judgeServing(life: LifeRecording, expected: string, { health }: Contract): Finding | null {
  const gone = exitedByItself(life)
  if (gone !== null) {
    const when = duration(sinceLaunch(life, gone.atMs))
    const observed = `${ending(life)}, ${when} after its launch; ${lastWords(life, 'stderr')}`
    return fail(expected, observed, { life, atMs: gone.atMs })
  }
  const checks = new Set(checksOf(life).map(({ request }) => request))
  const failure = eventsOf(life, 'request-failed').find(({ request }) => checks.has(request))
  if (failure !== undefined) {
    const observed = `a request to it failed: ${printable(failure.message)}`
    return fail(expected, observed, { life, atMs: failure.atMs })
  }
  const wrong = eventsOf(life, 'response').find(
    ({ request, status }) => checks.has(request) && status !== health.status,
  )
  if (wrong !== undefined) {
    return fail(expected, `it answered with ${wrong.status}`, { life, atMs: wrong.atMs })
  }
  const poor = eventsOf(life, 'volley').find(({ of, failures }) => of === 'sidecar' && failures.length > 0)
  if (poor === undefined) return null
  const what = poor.failures.map(({ what: kind, count }) => `${count} × ${printable(kind)}`).join(', ')
  return fail(expected, `${poor.answered} of ${poor.requests} requests were answered; the others: ${what}`, {
    life,
    atMs: poor.atMs,
  })
}

/** The requests by which it was seen whether it still serves. */
export function checksOf(life: LifeRecording): EventOf<'request'>[] {
  return eventsOf(life, 'request').filter(({ purpose }) => purpose === 'check')
}
