import type { Contract, StopSignal } from '../contract/contract.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import { blocked, type Clause, type Finding, fail, pass, skipped } from './clause.ts'
import { judgeCleanEnd, stopTimeMs } from './clean-end.ts'
import { findDemand } from './stop-demand.ts'
import { firstBrokenStop, holdingSignals, SIGNAL_CLAUSES, withoutSignals } from './stop-signals.ts'
import { describeRequest, type RequestUnderWay, requestsUnderWay } from './under-way.ts'

const scenarioFor = (signal: StopSignal) => `in-flight-${signal.toLowerCase()}`

interface Judged {
  readonly life: LifeRecording
  readonly signal: StopSignal
}

export const inFlight: Clause = {
  id: 'stop/in-flight',
  asks: 'http',
  scenarios: [scenarioFor('SIGTERM'), scenarioFor('SIGINT')],
  needs: Object.values(SIGNAL_CLAUSES),
  judge(input) {
    const { contract, livesOf } = input
    const nothing = withoutSignals(input)
    if (nothing !== null) return nothing
    const judged: Judged[] = holdingSignals(input).flatMap(signal =>
      livesOf(scenarioFor(signal)).map(life => ({ life, signal })),
    )
    if (judged.length === 0) return blocked(firstBrokenStop(input))
    for (const { life, signal } of judged) {
      const finding =
        judgeBroken(life, signal) ??
        judgeSlow(life, signal, contract) ??
        judgeCleanEnd(life, signal, contract)
      if (finding !== null) return finding
    }
    return pass(describe(judged, contract))
  },
}

/** An answer of which something had come, and the rest never did. */
function judgeBroken(life: LifeRecording, signal: StopSignal): Finding | null {
  for (const { request, end } of requestsUnderWay(life)) {
    if (end?.type !== 'request-failed' || end.receivedBytes === 0) continue
    return fail(
      `an answer that has begun when ${signal} comes is sent to its end`,
      `that to ${describeRequest(request)} broke off after ${end.receivedBytes} bytes, ${when(end.atMs, life, signal)}: ${printable(end.message)}`,
      { life, atMs: end.atMs },
    )
  }
  return null
}

/** The request that the contract names as slow. What it is answered before the signal says nothing about a stop. */
function judgeSlow(life: LifeRecording, signal: StopSignal, contract: Contract): Finding | null {
  const { slowPath } = contract.stop
  if (slowPath === null) return null
  const slow = findSlow(life, slowPath)
  const name = `GET ${printable(slowPath)}`
  const expected = `${name}, under way when ${signal} comes, is answered whole`
  if (slow?.end == null) {
    return fail(expected, 'it got no answer', { life, atMs: life.events[0]?.atMs ?? 0 })
  }
  const { end } = slow
  if (end.type === 'request-failed') {
    const observed = `it got no answer, ${when(end.atMs, life, signal)}: ${printable(end.message)}`
    return fail(expected, observed, { life, atMs: end.atMs })
  }
  const answered = `it was answered with ${end.status}`
  if (end.status >= 500) {
    return fail(expected, `${answered}, ${when(end.atMs, life, signal)}`, { life, atMs: end.atMs })
  }
  if (end.status >= 400) {
    const observed = `${answered}: what the contract names as stop.slowPath is no path of this sidecar`
    return fail(expected, observed, { life, atMs: end.atMs })
  }
  const took = duration(end.atMs - slow.request.atMs)
  return end.atMs < (findDemand(life, signal)?.atMs ?? 0)
    ? skipped(`${name} was answered after ${took}, before ${signal} was sent: name a slower stop.slowPath`)
    : null
}

/** The one that was under way when the signal came; where each was answered before, the last. */
function findSlow(life: LifeRecording, slowPath: string): RequestUnderWay | undefined {
  return requestsUnderWay(life).findLast(({ request }) => request.path === slowPath)
}

function when(atMs: number, life: LifeRecording, signal: StopSignal): string {
  const askedAtMs = findDemand(life, signal)?.atMs ?? atMs
  return atMs < askedAtMs ? `before ${signal}` : `${duration(atMs - askedAtMs)} after ${signal}`
}

/** What was seen to be answered, and what was not begun: without a slow path that is all that can be judged. */
function describe(judged: readonly Judged[], { stop: { slowPath } }: Contract): string {
  const slow = judged.flatMap(({ life, signal }) => {
    const end = slowPath === null ? null : findSlow(life, slowPath)?.end
    return end == null ? [] : [when(end.atMs, life, signal)]
  })
  const quick = judged.flatMap(({ life }) =>
    requestsUnderWay(life).filter(({ request }) => request.path !== slowPath),
  )
  const answered = quick.filter(({ end }) => end?.type === 'response').length
  const slowest = Math.max(...judged.map(({ life, signal }) => stopTimeMs(life, signal)))
  return [
    slow.length === 0
      ? 'the contract names no stop.slowPath, so only quick answers were under way'
      : `GET ${printable(slowPath ?? '')} was answered whole, ${slow.join(' and ')}`,
    `of ${quick.length} requests sent with the signal ${answered} were answered whole and ${quick.length - answered} not begun`,
    `clean after ${duration(slowest)}`,
  ].join('; ')
}
