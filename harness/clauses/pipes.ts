import type { StopSignal } from '../contract/contract.ts'
import { eventsOf } from '../recording/query.ts'
import { size } from '../text/size.ts'
import { judgeAnswering, judgeNotReached } from './answering.ts'
import { blocked, type Clause, pass, skipped } from './clause.ts'
import { judgeCleanEnd } from './clean-end.ts'
import { judgeServing } from './serving.ts'
import { firstBrokenStop, SIGNAL_CLAUSES, withoutSignals } from './stop-signals.ts'

const CLOSED = 'closed-pipes'
const UNDRAINED = 'undrained-stderr'

/**
 * An app that crashed half-way, or that needs no more than the port, closes its ends. The next line of the log then
 * brings SIGPIPE or EPIPE, which ends a program that has not thought of it.
 */
export const closedPipes: Clause = {
  id: 'logs/closed-pipes',
  scenarios: [CLOSED],
  needs: ['health/unknown-path', ...Object.values(SIGNAL_CLAUSES)],
  judge(input) {
    const { contract, livesOf, holds } = input
    for (const life of livesOf(CLOSED)) {
      const closed = eventsOf(life, 'stream-reading').filter(({ what }) => what === 'closed')
      if (closed.length === 0) return judgeNotReached(input, life, ['health/unknown-path'])
      const expected = 'it goes on serving once its parent has closed its ends of stdout and stderr'
      const finding = judgeServing(life, expected, contract)
      if (finding !== null) return finding
      const signal = eventsOf(life, 'signal').map(event => event.signal)[0] as StopSignal | undefined
      if (signal === undefined || !holds(SIGNAL_CLAUSES[signal]))
        return withoutSignals(input) ?? blocked(firstBrokenStop(input))
      const end = judgeCleanEnd(life, signal, contract)
      if (end !== null) return end
    }
    return pass('it served, and ended cleanly')
  },
}

/**
 * A pipe's 64 KiB are pages, and a line that does not fit into the rest of one takes the next: who gives up when none is
 * left has filled half of them, less one.
 */
const FILLED_BYTES = 28 * 1024

/**
 * A pipe holds 64 KiB. Whoever writes on when it is full, and waits, waits for its parent: in the middle of a request.
 */
export const undrainedStderr: Clause = {
  id: 'logs/undrained-stderr',
  scenarios: [UNDRAINED],
  needs: ['health/unknown-path'],
  judge(input) {
    const { contract, livesOf } = input
    const [life] = livesOf(UNDRAINED)
    if (life === undefined) return skipped('interrupted before it could be judged')
    const paused = eventsOf(life, 'stream-reading').find(({ what }) => what === 'paused')
    if (paused === undefined) return judgeNotReached(input, life, ['health/unknown-path'])
    const expected = 'it goes on serving while nobody reads its stderr'
    const finding = judgeAnswering(life, paused, expected, contract)
    if (finding !== null) return finding
    const waiting = life.stderr.bytes - paused.receivedBytes
    return waiting < FILLED_BYTES
      ? skipped(`it logged only ${size(waiting)} meanwhile, and a pipe holds 64 KiB: it was never full`)
      : pass(`answered, with its log unread: ${size(waiting)} of it came afterwards`)
  },
}
