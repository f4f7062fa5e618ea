import { isAskedTheUnknown } from './health.ts'
import type { SoundLives } from './sound-lives.ts'

/** More than a pipe holds. */
const LOGGED = `${'x'.repeat(999)}\n`.repeat(100)

export const soundLogsLives: SoundLives = (id, _contract, ready) => {
  switch (id) {
    case 'closed-pipes': {
      const life = isAskedTheUnknown(ready(id)).isRead('stdout', 'closed').isRead('stderr', 'closed')
      return [isAskedTheUnknown(life).stopsOn('SIGTERM')]
    }
    case 'undrained-stderr': {
      const life = ready(id).isVolleyed('load', { path: '/unknown' }).isAsked('check')
      const unread = life.isRead('stderr', 'paused').isVolleyed('load', { path: '/unknown' }).isAsked('check')
      return [unread.isRead('stderr', 'resumed').writes('stderr', LOGGED).stopsOn('SIGTERM')]
    }
    default:
      return null
  }
}
