import { firstEvent, isReady } from '../recording/query.ts'
import { type Clause, fail, pass } from './clause.ts'
import { unreadyAtMs, whyNotReady } from './words.ts'

const dynamicByDefault: Clause = {
  id: 'port/dynamic-by-default',
  scenarios: ['port-pair'],
  judge({ livesOf }) {
    const [unset, zero] = livesOf('port-pair')
    const expected = 'two instances, one with no PORT and one with PORT=0, are ready on two different ports'
    for (const life of [unset, zero]) {
      if (life === undefined || isReady(life)) continue
      const which = life === zero ? 'the one with PORT=0, started beside the other,' : 'the one with no PORT'
      return fail(expected, `${which} never became ready: ${whyNotReady(life)}`, {
        life,
        atMs: unreadyAtMs(life),
      })
    }
    const ports = [unset, zero].map(life => (life === undefined ? null : firstEvent(life, 'announcement')))
    if (zero !== undefined && ports[0]?.port === ports[1]?.port) {
      return fail(expected, `both announced port ${ports[1]?.port}`, {
        life: zero,
        atMs: ports[1]?.atMs ?? 0,
      })
    }
    return pass(`ports ${ports.map(event => event?.port).join(' and ')}`)
  },
}

export const portClauses: readonly Clause[] = [dynamicByDefault]
