import type { Contract, StopSignal } from '../contract/contract.ts'
import { eventsOf, firstEvent } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { type Finding, fail } from './clause.ts'
import { ending, lastWords } from './words.ts'

/**
 * A clean end: it exits by itself after the signal, with a code (or by a signal) that the contract accepts,
 * within the grace period. Death by the signal, exit 128+n and another code are three different outcomes,
 * with three different remedies. Null when the end was clean.
 */
export function judgeCleanEnd(life: LifeRecording, signal: StopSignal, contract: Contract): Finding | null {
  const accepted = contract.stop.accept[signal]
  const { graceMs } = contract.budgets
  const expected = `after ${signal}${circumstance(life)} it exits by itself with ${accepted.map(describeAccepted).join(' or ')} within ${duration(graceMs)}`
  const sent = eventsOf(life, 'signal').find(event => event.signal === signal)
  const exit = firstEvent(life, 'exit')
  if (exit !== null && (sent === undefined || exit.atMs < sent.atMs)) {
    return fail(expected, `${ending(life)} before it was told to stop; ${lastWords(life, 'stderr')}`, {
      life,
      atMs: exit.atMs,
    })
  }
  if (sent === undefined)
    return fail(expected, 'it was never told to stop', { life, atMs: life.events[0]?.atMs ?? 0 })
  const late = eventsOf(life, 'deadline').find(({ waitedFor }) => waitedFor === 'exit')
  if (late !== undefined || exit === null) {
    return fail(
      expected,
      `still running ${duration(graceMs)} after ${signal}; ${lastWords(life, 'stderr')}`,
      {
        life,
        atMs: late?.atMs ?? sent.atMs,
      },
    )
  }
  const outcome = exit.signal ?? exit.code
  if (outcome !== null && accepted.some(value => value === outcome)) return null
  const when = `${duration(exit.atMs - sent.atMs)} after ${signal}`
  return fail(expected, `${ending(life)}, ${when}${explainExit(life, signal)}`, { life, atMs: exit.atMs })
}

/** The time that a clean stop took. */
export function stopTimeMs(life: LifeRecording): number {
  const sent = firstEvent(life, 'signal')
  const exit = firstEvent(life, 'exit')
  return sent === null || exit === null ? 0 : exit.atMs - sent.atMs
}

/** What was going on when it was told to stop, where that is what it is judged for. */
function circumstance(life: LifeRecording): string {
  const held = eventsOf(life, 'held-open').filter(({ error }) => error === null)
  if (held.length === 0) return ''
  return `, with ${held.length} connections open (${held.map(({ connection }) => connection).join(', ')}),`
}

const SIGNAL_NUMBERS: Record<StopSignal, number> = { SIGTERM: 15, SIGINT: 2 }

function explainExit(life: LifeRecording, signal: StopSignal): string {
  const exit = firstEvent(life, 'exit')
  if (exit?.signal === signal) return ': it has no handler for it'
  if (exit?.code === 128 + SIGNAL_NUMBERS[signal]) {
    return `: its handler ends with 128 + ${SIGNAL_NUMBERS[signal]}, as a shell reports a death by signal`
  }
  return `; ${lastWords(life, 'stderr')}`
}

function describeAccepted(value: number | NodeJS.Signals): string {
  return typeof value === 'number' ? `code ${value}` : `death by ${value}`
}
