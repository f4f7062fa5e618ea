import type { GoodAnswer } from '../../clauses/answers.ts'
import { goodAnswers } from '../../clauses/answers.ts'
import { duration } from '../../text/duration.ts'
import { printable } from '../../text/printable.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { answerSeen, toldOf } from '../seen.ts'

/* The status was right, and the body is none that the contract's schema accepts: as a whole. Its fields: health-fields.ts */

const SCHEMA = ['health/schema'] as const

const FIELDS_OF_OURS =
  'The body is meant to be another: give its schema in the contract, `health: { schema }`, or `schema: false` where nothing is promised of it.'

/** Whether a body is what JSON.parse takes, whatever it says. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const contentType: KnownFailure = {
  id: 'health-content-type',
  title: 'Its body is JSON, and its Content-Type says that it is something else.',
  clauses: SCHEMA,
  sources: ['https://www.rfc-editor.org/rfc/rfc9110.html#name-content-type'],
  fix: {
    any: 'Send `Content-Type: application/json`.',
    node: "response.setHeader('Content-Type', 'application/json') before end(); context.json(body) in Hono and response.json(body) in Express do it.",
    python:
      'Return a dict in FastAPI; in http.server send_header("Content-Type", "application/json") before end_headers().',
    bun: 'Response.json(body), and not new Response(JSON.stringify(body)), which is text/plain.',
    deno: 'Response.json(body), and not new Response(JSON.stringify(body)), which is text/plain.',
  },
  recognise(scene) {
    const answer = answerSeen(scene)
    if (answer === null || !isJson(answer.response.body)) return null
    const type = answer.response.contentType?.split(';')[0]?.trim().toLowerCase() ?? null
    if (type !== null && /^application\/(json|[\w.-]+\+json)$/.test(type)) return null
    return { evidence: [toldOf(answer)] }
  },
}

const notJson: KnownFailure = {
  id: 'health-not-json',
  title: 'Its body is no JSON.',
  clauses: SCHEMA,
  sources: ['https://www.rfc-editor.org/rfc/rfc8259'],
  fix: {
    any: `Answer with an object in JSON. ${FIELDS_OF_OURS}`,
    node: 'response.end(JSON.stringify(body)): an object that is turned into text by itself becomes [object Object].',
    python:
      'json.dumps(body), and not str(body), which writes single quotes; NaN and Infinity are no JSON either (allow_nan=False tells).',
  },
  recognise(scene) {
    const answer = answerSeen(scene)
    return answer === null || isJson(answer.response.body) ? null : { evidence: [toldOf(answer)] }
  },
}

const wellLater: KnownFailure = {
  id: 'healthy-status-too-soon',
  title: 'It answers with the status of a healthy sidecar while its body says that it is still starting.',
  clauses: SCHEMA,
  sources: ['https://github.com/OpenLiberty/open-liberty/issues/8353'],
  fix: {
    any: 'Announce when it is ready, and not before; and as long as it is not, answer 503: who asks looks at the status, and not all at the body.',
  },
  recognise(scene) {
    const answer = answerSeen(scene)
    const turn = answer === null ? null : turnForTheBetter(scene)
    if (turn === null) return null
    const [before, after] = turn
    const later = duration(after.response.atMs - before.response.atMs)
    const [problem = ''] = before.response.schemaProblems
    return { evidence: [printable(problem), `${later} later it said ${printable(after.response.body)}`] }
  },
}

/** The last answer of a life that the schema does not accept, and the first after it: from which on all are accepted. */
function turnForTheBetter({ evidence: { lives, contract } }: Scene): [GoodAnswer, GoodAnswer] | null {
  for (const life of lives) {
    const answers = goodAnswers([life], contract)
    const last = answers.findLastIndex(({ response }) => response.schemaProblems.length > 0)
    const before = answers[last]
    const after = answers[last + 1]
    if (before !== undefined && after !== undefined) return [before, after]
  }
  return null
}

/** From the particular to the general; what is wrong in a field comes behind them. */
export const healthBodyFailures: readonly KnownFailure[] = [contentType, notJson, wellLater]
