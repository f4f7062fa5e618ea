import type { Contract } from '../contract/contract.ts'
import { eventsOf, firstDemand, firstEvent } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { type Finding, fail } from './clause.ts'
import {
  acceptedAfter,
  type CleanExits,
  describeAnswer,
  describeCircumstances,
  findDeadline,
  findDemand,
  furtherSignals,
  nameOf,
  type WayOfStopping,
} from './stop-demand.ts'
import { ending, lastWords } from './words.ts'

/**
 * A clean end: it exits by itself after it was asked to, with a code (or by a signal) that the contract accepts,
 * within the grace period. Death by the signal, exit 128+n and another code are three different outcomes,
 * with three different remedies. Null when the end was clean.
 */
export function judgeCleanEnd(
  life: LifeRecording,
  way: WayOfStopping,
  contract: Contract,
  accepted: CleanExits = acceptedAfter(way, contract),
): Finding | null {
  const { graceMs } = contract.budgets
  const asked = findDemand(life, way)
  const toAll = asked?.type === 'signal' && asked.to === 'group'
  const name = toAll ? `${nameOf(way)} to its whole group` : nameOf(way)
  const expected = `after ${name}${describeCircumstances(life, asked)} it exits by itself with ${accepted.map(describeAccepted).join(' or ')} within ${duration(graceMs)}`
  const exit = firstEvent(life, 'exit')
  if (exit !== null && (asked === undefined || exit.atMs < asked.atMs)) {
    return fail(expected, `${ending(life)} before it was told to stop; ${lastWords(life, 'stderr')}`, {
      life,
      atMs: exit.atMs,
    })
  }
  if (asked === undefined) {
    return fail(expected, 'it was never told to stop', { life, atMs: life.events[0]?.atMs ?? 0 })
  }
  const late = findDeadline(life)
  if (late !== undefined || exit === null) {
    const observed = `still running ${duration(graceMs)} after ${name}${describeAnswer(life, way)}; ${lastWords(life, 'stderr', late?.atMs)}`
    return fail(expected, observed, { life, atMs: late?.atMs ?? asked.atMs })
  }
  const outcome = exit.signal ?? exit.code
  if (outcome !== null && accepted.some(value => value === outcome)) return null
  const when = [asked, ...furtherSignals(life, asked)]
    .filter(({ atMs }) => atMs <= exit.atMs)
    .map(({ atMs }, index) => `${duration(exit.atMs - atMs)} after ${index === 0 ? name : ORDINALS[index]}`)
  return fail(expected, `${ending(life)}, ${when.join(' and ')}${explainExit(life)}`, {
    life,
    atMs: exit.atMs,
  })
}

/** More than that no scenario sends. */
const ORDINALS = ['', 'the second signal', 'the third signal']

/** The time that a clean stop took. */
export function stopTimeMs(life: LifeRecording, way?: WayOfStopping): number {
  const asked = way === undefined ? firstDemand(life) : findDemand(life, way)
  const exit = firstEvent(life, 'exit')
  return asked == null || exit === null ? 0 : exit.atMs - asked.atMs
}

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }

function explainExit(life: LifeRecording): string {
  const exit = firstEvent(life, 'exit')
  const signals = eventsOf(life, 'signal').filter(({ delivered }) => delivered)
  if (signals.some(({ signal }) => signal === exit?.signal)) {
    if (signals.length > 1) return ': its handler does not serve twice'
    return signals[0]?.handling === 'caught'
      ? ": its handler, or its runtime's, lets it die of that"
      : ': it has no handler for it'
  }
  const number = signals.map(({ signal }) => SIGNAL_NUMBERS[signal] ?? 0).find(n => exit?.code === 128 + n)
  if (number !== undefined) {
    return `: its handler ends with 128 + ${number}, as a shell reports a death by signal`
  }
  return `; ${lastWords(life, 'stderr')}`
}

function describeAccepted(value: number | NodeJS.Signals): string {
  return typeof value === 'number' ? `code ${value}` : `death by ${value}`
}
