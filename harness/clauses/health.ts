import { eventsOf, firstEvent } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import { goodAnswers } from './answers.ts'
import { BASELINE_LIFE, type Clause, type Finding, fail, type JudgeInput, pass, skipped } from './clause.ts'
import { clock } from './clock.ts'
import { identity } from './identity.ts'
import { latency } from './latency.ts'
import { concurrent, head, unknownPath } from './questions.ts'
import { idleConnections, malformedRequests } from './strangers.ts'
import { uptime } from './uptime.ts'

const readyAtAnnouncement: Clause = {
  id: 'health/ready-at-announcement',
  scenarios: [BASELINE_LIFE],
  judge(input) {
    const { kind } = input.contract.health
    if (kind === 'none') return skipped('the contract promises no answer')
    // That a connection is accepted at once is announce/listening-first.
    if (kind === 'tcp') return pass('it accepts connections, and more is not promised')
    for (const life of input.ordinaryLives) {
      const finding = judgeFirstAnswer(life, input)
      if (finding !== null) return finding
    }
    const [first] = input.readyLives
    const announced = first === undefined ? null : firstEvent(first, 'announcement')
    const answered = first === undefined ? null : firstEvent(first, 'response')
    if (announced === null || answered === null) return pass('answered')
    return pass(`${answered.status}, ${duration(answered.atMs - announced.atMs)} after the announcement`)
  },
}

/** The first request that found somebody listening; whether anybody did is announce/listening-first. */
function judgeFirstAnswer(life: LifeRecording, { contract }: JudgeInput): Finding | null {
  const { path, status } = contract.health
  const connected = firstEvent(life, 'connected')
  if (connected === null) return null
  const end = life.events.find(
    event =>
      (event.type === 'response' || event.type === 'request-failed') && event.request === connected.request,
  )
  if (end?.type === 'response' && end.status === status) return null
  const later = eventsOf(life, 'response').find(response => response.status === status)
  const rest =
    later === undefined
      ? 'and no later one was better'
      : `and ${status} only ${duration(later.atMs - connected.atMs)} later`
  const seen =
    end?.type === 'response'
      ? `it was answered with ${end.status} (${printable(end.body) || 'no body'})`
      : end?.type === 'request-failed'
        ? `the request failed: ${printable(end.message)}`
        : 'it got no answer'
  return fail(`GET ${path}, sent at the announcement, is answered with ${status}`, `${seen}, ${rest}`, {
    life,
    atMs: end?.atMs ?? connected.atMs,
  })
}

const schema: Clause = {
  id: 'health/schema',
  asks: 'http',
  scenarios: [BASELINE_LIFE],
  judge({ contract, readyLives }) {
    if (!contract.health.hasSchema) return skipped('the contract promises nothing of the body')
    const good = goodAnswers(readyLives, contract)
    for (const { life, response } of good) {
      if (response.schemaProblems.length > 0) {
        const isJson = response.contentType?.includes('json') === true
        const unless = isJson ? '' : '; health.schema: false where nothing is promised of it'
        return fail(
          `a body that the contract's schema accepts, as JSON${unless}`,
          `${response.schemaProblems.map(problem => printable(problem)).join('; ')} — in ${printable(response.body) || 'an empty body'}`,
          { life, atMs: response.atMs },
        )
      }
    }
    const [example] = good
    return pass(example === undefined ? 'no answer' : printable(example.response.body))
  },
}

export const healthClauses: readonly Clause[] = [
  readyAtAnnouncement,
  schema,
  identity,
  clock,
  uptime,
  concurrent,
  latency,
  unknownPath,
  malformedRequests,
  idleConnections,
  head,
]
