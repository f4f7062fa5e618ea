import { ShortageError, shortageIn } from '../host/shortage.ts'
import type { LifeEvent } from '../recording/recording.ts'

/**
 * Throws ShortageError where the recording of a life tells of something that the harness itself ran out of: by what
 * came of a request that could not even be sent, no sidecar is to be judged.
 */
export function requireNoShortage(events: readonly LifeEvent[]): void {
  for (const event of events) {
    for (const { code, message } of problemsIn(event)) {
      const shortage = shortageIn(code, message)
      if (shortage !== null) throw new ShortageError(shortage)
    }
  }
}

/** What went wrong on our side of the connection, or while something was launched or looked at. */
export function problemsIn(event: LifeEvent): readonly { code: string | null; message: string }[] {
  switch (event.type) {
    case 'launch-failed':
      // ENOMEM is what the kernel says of some files that are no sound programs, too.
      return event.code === 'ENOMEM' ? [] : [event]
    case 'request-failed':
      return [event]
    case 'volley':
      return event.failures.map(({ what }) => splitCode(what))
    case 'held-open':
    case 'raw-exchange':
      return event.error === null ? [] : [{ code: null, message: event.error }]
    case 'port-freed':
      return event.error === null ? [] : [{ code: event.error, message: `bind ${event.error}` }]
    default:
      return []
  }
}

/** `EMFILE: connect EMFILE 127.0.0.1:80`, as a volley counts its failures. */
function splitCode(what: string): { code: string | null; message: string } {
  const [, code = null, message = what] = /^(\w+): (.*)$/s.exec(what) ?? []
  return { code, message }
}
