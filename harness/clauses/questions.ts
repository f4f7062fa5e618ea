import { eventsOf } from '../recording/query.ts'
import type { EventOf, LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import { countAnswers, judgeAnswering, judgeNotReached } from './answering.ts'
import { goodAnswers } from './answers.ts'
import { type Clause, type Finding, fail, type JudgeInput, pass } from './clause.ts'

const QUESTIONS = 'questions'

/** Two windows of an app that load at once, each with six connections, are no unusual start. */
export const concurrent: Clause = {
  id: 'health/concurrent',
  asks: 'http',
  scenarios: [QUESTIONS],
  judge(input) {
    const { contract, livesOf } = input
    const expected = `${contract.health.burst} requests at once are answered, every one`
    const slowest: number[] = []
    for (const life of livesOf(QUESTIONS)) {
      const volley = eventsOf(life, 'volley').find(({ purpose }) => purpose === 'burst')
      if (volley === undefined) return judgeNotReached(input, life, [])
      if (volley.answered < volley.requests) {
        return fail(expected, countAnswers(volley), { life, atMs: volley.atMs })
      }
      const after = judgeAnswering(life, volley, `${expected}, and one after them too`, contract)
      if (after !== null) return after
      slowest.push(...volley.latenciesMs)
    }
    return pass(`all ${contract.health.burst}, the slowest after ${duration(Math.max(...slowest))}`)
  },
}

/**
 * A catch-all route that answers everything with 200 makes the health path worthless: whoever asks for a wrong one, or
 * finds another program on the port, is told that all is well. A page of HTML there is no such answer.
 */
export const unknownPath: Clause = {
  id: 'health/unknown-path',
  asks: 'http',
  scenarios: [QUESTIONS],
  needs: ['health/concurrent'],
  judge(input) {
    const { contract, livesOf } = input
    for (const life of livesOf(QUESTIONS)) {
      const request = eventsOf(life, 'request').find(({ purpose }) => purpose === 'unknown path')
      if (request === undefined) return judgeNotReached(input, life, ['health/concurrent'])
      const response = eventsOf(life, 'response').find(answer => answer.request === request.request)
      if (response !== undefined) {
        const finding = judgeLikeness(life, request, response, input)
        if (finding !== null) return finding
      }
      const expected = `it lives on after GET ${request.path}, which it cannot know`
      const finding = judgeAnswering(life, request, expected, contract)
      if (finding !== null) return finding
      if (response !== undefined) return pass(`answered with ${response.status}`)
    }
    return pass('not answered')
  },
}

function judgeLikeness(
  life: LifeRecording,
  { path }: EventOf<'request'>,
  { status, body, schemaProblems, contentType, atMs }: EventOf<'response'>,
  { contract }: JudgeInput,
): Finding | null {
  const { health } = contract
  if (status !== health.status) return null
  const isSame = goodAnswers([life], contract).some(({ response }) => response.body === body)
  if (schemaProblems.length > 0 && !isSame) return null
  const what = isSame
    ? `the same body as GET ${health.path}`
    : 'a body that the contract takes for a healthy one'
  return fail(
    `GET ${path}, which it cannot know, is not answered as GET ${health.path} is`,
    `${status} (${printable(contentType ?? 'no content type')}) with ${what}: ${printable(body) || 'nothing'}`,
    { life, atMs },
  )
}

export const head: Clause = {
  id: 'health/head',
  asks: 'http',
  scenarios: [QUESTIONS],
  needs: ['health/concurrent', 'health/unknown-path'],
  judge(input) {
    const { health } = input.contract
    const expected = `HEAD ${health.path} is answered with ${health.status} and no body`
    for (const life of input.livesOf(QUESTIONS)) {
      const exchange = eventsOf(life, 'raw-exchange').find(({ purpose }) => purpose === 'head')
      if (exchange === undefined) {
        return judgeNotReached(input, life, ['health/concurrent', 'health/unknown-path'])
      }
      const problem = judgeHead(exchange, health.status)
      if (problem !== null) return fail(expected, problem, { life, atMs: exchange.atMs })
    }
    return pass(`${health.status}, and no body`)
  },
}

const HEAD_END = '\r\n\r\n'

function judgeHead({ answer, receivedBytes, end }: EventOf<'raw-exchange'>, wanted: number): string | null {
  const status = /^HTTP\/1\.\d (\d{3})/.exec(answer)?.[1]
  if (status === undefined) {
    return receivedBytes === 0
      ? `no answer: ${end === 'still open' ? 'the connection stayed open' : `it was ${end}`}`
      : `no answer in HTTP: ${printable(answer)}`
  }
  if (Number(status) !== wanted) return `it is answered with ${status}`
  const headEnd = answer.indexOf(HEAD_END)
  // A head so long that its end was not kept hides whether anything came after it.
  if (headEnd === -1) return null
  const bodyBytes = receivedBytes - headEnd - HEAD_END.length
  return bodyBytes > 0 ? `${bodyBytes} bytes of a body came with it` : null
}
