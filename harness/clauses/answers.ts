import type { Contract } from '../contract/contract.ts'
import { eventsOf } from '../recording/query.ts'
import type { EventOf, LifeRecording } from '../recording/recording.ts'

/** An answer to a GET of the health path, with the status that the contract asks for. */
export interface GoodAnswer {
  readonly life: LifeRecording
  /** It was made after this, and before the response's own time. */
  readonly askedAtMs: number
  readonly response: EventOf<'response'>
  /** What the body holds; nothing where that is no JSON object. */
  readonly body: Readonly<Record<string, unknown>>
}

/** All good answers of these lives, in their order. */
export function goodAnswers(lives: readonly LifeRecording[], { health }: Contract): GoodAnswer[] {
  return lives.flatMap(life => {
    const requests = new Map(eventsOf(life, 'request').map(request => [request.request, request]))
    return eventsOf(life, 'response').flatMap(response => {
      const request = requests.get(response.request)
      const isAskedForHealth = request?.method === 'GET' && request.path === health.path
      if (!isAskedForHealth || response.status !== health.status) return []
      return [{ life, askedAtMs: request.atMs, response, body: parseObject(response.body) }]
    })
  })
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    // What is wrong about it is for health/schema to say.
    return {}
  }
}
