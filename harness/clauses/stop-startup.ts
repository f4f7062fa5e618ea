import type { Contract, StopSignal } from '../contract/contract.ts'
import { eventsOf, firstEvent, isReady, sinceLaunch } from '../recording/query.ts'
import type { EventOf, LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { blocked, type Clause, type Finding, fail, pass, skipped } from './clause.ts'
import { judgeCleanEnd } from './clean-end.ts'
import { firstBrokenStop, holdingSignals, NO_SIGNAL, SIGNAL_CLAUSES, withoutSignals } from './stop-signals.ts'
import { ending, lastWords } from './words.ts'

const DURING_STARTUP = 'during-startup'

/** One life of the sweep, and the signal that met it. */
interface Met {
  readonly life: LifeRecording
  readonly signal: StopSignal
  readonly sent: EventOf<'signal'>
}

export const duringStartup: Clause = {
  id: 'stop/during-startup',
  scenarios: [DURING_STARTUP],
  unplanned: NO_SIGNAL,
  needs: Object.values(SIGNAL_CLAUSES),
  judge(input) {
    const { contract, livesOf } = input
    const nothing = withoutSignals(input)
    if (nothing !== null) return nothing
    const signals = holdingSignals(input)
    if (signals.length === 0) return blocked(firstBrokenStop(input))
    const all = livesOf(DURING_STARTUP).flatMap(life => meetingsOf(life, signals))
    // Who had ended by then was ended by something else.
    const met = all.filter(({ sent }) => sent.delivered)
    if (met.length === 0) return skipped('it had ended by itself before a signal could be sent')
    for (const each of met) {
      const finding = wasReady(each)
        ? judgeCleanEnd(each.life, each.signal, contract)
        : judgeEarly(each, contract)
      if (finding !== null) return finding
    }
    const early = met.filter(each => !wasReady(each))
    if (early.length === 0) return skipped('it was ready each time before the signal came')
    const times = early.map(({ life, sent }) => sinceLaunch(life, sent.atMs)).sort((a, b) => a - b)
    const byIt = early.filter(({ life, signal }) => firstEvent(life, 'exit')?.signal === signal).length
    return pass(
      `signalled ${times.map(time => duration(time)).join(', ')} after its launch, it ended each time: ` +
        `${early.length - byIt} × by itself, ${byIt} × by that signal`,
    )
  },
}

function meetingsOf(life: LifeRecording, signals: readonly StopSignal[]): readonly Met[] {
  const [sent] = eventsOf(life, 'signal')
  const signal = signals.find(each => each === sent?.signal)
  return sent === undefined || signal === undefined ? [] : [{ life, signal, sent }]
}

/** Ready before the signal came: an ordinary end, and no start-up any more. */
function wasReady({ life, sent }: Met): boolean {
  return isReady(life) && (firstEvent(life, 'ready')?.atMs ?? 0) < sent.atMs
}

/**
 * Python that gets a SIGINT while it loads itself and its site module, which can be most of a start-up, exits with 1;
 * no program can do anything about that, and whoever pressed Ctrl-C reads no exit code.
 */
function mayBeItsInterpreter({ life, signal, sent }: Met): boolean {
  const announced = firstEvent(life, 'announcement')
  return signal === 'SIGINT' && (announced === null || announced.atMs > sent.atMs)
}

/** Nothing is under way yet, and so it may just die of it. What it must not do is to go on, or to call that a failure. */
function judgeEarly({ life, signal, sent }: Met, { stop, budgets }: Contract): Finding | null {
  const { soonMs } = budgets
  const moment = duration(sinceLaunch(life, sent.atMs))
  const anyCode = mayBeItsInterpreter({ life, signal, sent })
  const codes = anyCode ? 'any code' : stop.accept[signal].join(' or ')
  const expected = `${signal}, ${moment} after its launch, ends it within ${duration(soonMs)}: with ${codes}, or by that signal`
  const exit = firstEvent(life, 'exit')
  const late = eventsOf(life, 'deadline').find(({ waitedFor }) => waitedFor === 'exit')
  if (exit === null || late !== undefined) {
    const announced = firstEvent(life, 'announcement')
    const since =
      announced === null
        ? 'nothing was announced'
        : `it announced its port ${duration(announced.atMs - sent.atMs)} after the signal, as if there had been none`
    return fail(expected, `still running ${duration(soonMs)} later; ${since}; ${lastWords(life, 'stderr')}`, {
      life,
      atMs: late?.atMs ?? sent.atMs,
    })
  }
  const outcome = exit.signal ?? exit.code
  if (anyCode && exit.signal === null) return null
  if (outcome === signal || stop.accept[signal].some(value => value === outcome)) return null
  const observed = `${ending(life)}, ${duration(exit.atMs - sent.atMs)} after ${signal}; ${lastWords(life, 'stderr')}`
  return fail(expected, observed, { life, atMs: exit.atMs })
}
