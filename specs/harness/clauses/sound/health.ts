import type { Script } from '../recordings.ts'
import type { SoundLives } from './sound-lives.ts'

/** How its head ends is how a HEAD is answered. */
export const HEAD_ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 90\r\nConnection: close\r\n\r\n'

export const UNKNOWN_PATH = '/sidecar-harness/unknown-0123456789abcdef'

export const soundHealthLives: SoundLives = (id, { health }, ready) => {
  switch (id) {
    case 'questions': {
      const life = ready(id).isAsked('check').isVolleyed('burst', { requests: health.burst }).isAsked('check')
      return [isAskedTheUnknown(life).isSentBytes('head', 'HEAD', { answer: HEAD_ANSWER }).stopsOn('SIGTERM')]
    }
    case 'strangers': {
      const life = isAskedTheUnknown(ready(id)).isSentBytes('malformed', 'binary garbage')
      return [life.isAsked('check').isHeldOpen().isAsked('check').stopsOn('SIGTERM')]
    }
    case 'latency': {
      const life = ready(id).isAsked('check').isVolleyed('load', { requests: 20 })
      return [life.isVolleyed('latency').stopsOn('SIGTERM')]
    }
    default:
      return null
  }
}

/** Asked for what is not there, which it says, and then whether it still answers. */
export function isAskedTheUnknown(life: Script): Script {
  const notFound = { status: 404, body: '{"error":"not found"}', schemaProblems: ['status: expected "ok"'] }
  return life.isAsked('unknown path', notFound, { path: UNKNOWN_PATH }).isAsked('check')
}
