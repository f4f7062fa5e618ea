import type { StopSignal } from '../contract/contract.ts'
import { eventsOf, firstEvent, isReady } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { blocked, type Clause, pass, skipped } from './clause.ts'
import { judgeCleanEnd } from './clean-end.ts'
import { firstBrokenStop, holdingSignals, NO_SIGNAL, SIGNAL_CLAUSES, withoutSignals } from './stop-signals.ts'

const REPEATED = 'repeated-signal'

export const repeatedSignal: Clause = {
  id: 'stop/repeated-signal',
  scenarios: [REPEATED],
  unplanned: NO_SIGNAL,
  // What keeps it from ending for a while has to be something with which one signal ends it cleanly.
  needs: [...Object.values(SIGNAL_CLAUSES), 'stop/silent-connections', 'stop/in-flight'],
  judge(input) {
    const { contract, livesOf, holds } = input
    const nothing = withoutSignals(input)
    if (nothing !== null) return nothing
    const holding = holdingSignals(input)
    const lives = livesOf(REPEATED)
      .filter(isReady)
      .filter(life => signalsOf(life).every(signal => holding.includes(signal)))
    if (lives.length === 0) return blocked(firstBrokenStop(input))
    const isHeldOpen = contract.stop.slowPath !== null
    const repeated = lives.filter(life => signalsOf(life).length > 1 && (isHeldOpen || !wasEnding(life)))
    const holder = isHeldOpen ? 'stop/in-flight' : 'stop/silent-connections'
    if (!holds(holder)) return repeated.length === 0 ? skipped(whyGone(lives)) : blocked(holder)
    // A terminal's signal reaches its helpers, too: one is enough to go wrong.
    const judged = lives.filter(life => repeated.includes(life) || (isFromTerminal(life) && !wasEnding(life)))
    for (const life of judged) {
      const [first, ...others] = signalsOf(life)
      if (first === undefined) continue
      const accepted = [first, ...others].flatMap(signal => contract.stop.accept[signal])
      const finding = judgeCleanEnd(life, first, contract, [...new Set(accepted)])
      if (finding !== null) return finding
    }
    if (repeated.length === 0) return skipped(whyGone(lives))
    return pass(`clean after ${repeated.map(life => signalsOf(life).join(' and ')).join('; ')}`)
  },
}

/** A program that has given its handlers back is gone within this time: Python's interpreter does so at its very end. */
const LAST_MOMENTS_MS = 50

/**
 * The second signal killed it, and nothing is known to have held it open: it may have been on its way out, and no
 * handler of anybody's serves in the last milliseconds of a process.
 */
function wasEnding(life: LifeRecording): boolean {
  const second = eventsOf(life, 'signal')[1]
  const exit = firstEvent(life, 'exit')
  if (second === undefined || exit === null || exit.signal !== second.signal) return false
  return exit.atMs - second.atMs < LAST_MOMENTS_MS
}

function isFromTerminal(life: LifeRecording): boolean {
  return firstEvent(life, 'signal')?.to === 'group'
}

/** The signals that it was still there to get, in their order. */
function signalsOf(life: LifeRecording): readonly StopSignal[] {
  const isStop = (signal: NodeJS.Signals): signal is StopSignal => signal === 'SIGTERM' || signal === 'SIGINT'
  return eventsOf(life, 'signal')
    .filter(({ delivered }) => delivered)
    .map(({ signal }) => signal)
    .filter(isStop)
}

function whyGone([life]: readonly LifeRecording[]): string {
  const sent = life === undefined ? null : firstEvent(life, 'signal')
  const exit = life === undefined ? null : firstEvent(life, 'exit')
  const after = sent === null || exit === null ? '' : ` (${duration(exit.atMs - sent.atMs)} after the first)`
  return `it had exited before a second signal could be sent${after}`
}
