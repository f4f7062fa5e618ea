import { isIPv6 } from 'node:net'
import type { ClauseId } from '../../contract/catalogue.ts'
import { eventsOf, firstEvent, isReady } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import type { KnownFailure } from '../known-failure.ts'
import { refusing } from './port-refusal.ts'
import { PORT_SHARED } from './shared.ts'

const TAKEN: readonly ClauseId[] = ['port/taken']

/** Where the other program listens, by the launch. */
function heldOn(life: LifeRecording): string | null {
  return firstEvent(life, 'launch')?.heldOn ?? null
}

/** It announced a port, though the one that it was asked for was taken. */
export const portTakenFailures: readonly KnownFailure[] = [
  refusing({ ...PORT_SHARED, clauses: TAKEN }, life => {
    const port = firstEvent(life, 'announcement')?.port ?? null
    if (String(port) !== firstEvent(life, 'launch')?.port) return null
    const shared = eventsOf(life, 'listeners').some(({ listeners }) =>
      listeners.some(listener => listener.port === port && listener.address === heldOn(life)),
    )
    return shared ? { evidence: [`both listen on ${heldOn(life)}, port ${port}`] } : null
  }),
  refusing(
    {
      id: 'port-half-taken',
      title:
        'It makes do with one of IPv4 and IPv6 where the other is taken: who takes localhost for that one reaches another program.',
      clauses: TAKEN,
      fix: {
        any: 'Bind both loopback addresses, or one of them always. Where it wants both, EADDRINUSE on either is an error.',
      },
      sources: ['https://nodejs.org/api/net.html#serverlistenport-host-backlog-callback'],
    },
    life => {
      const asked = firstEvent(life, 'launch')?.port
      const announced = firstEvent(life, 'announcement')
      if (!isReady(life) || announced === null || String(announced.port) !== asked) return null
      const held = heldOn(life)
      const family = held === null || !isIPv6(held) ? 'IPv4' : 'IPv6'
      return { evidence: [`the port was taken on ${held} (${family}), and it announced it and served`] }
    },
  ),
  refusing(
    {
      id: 'port-replaced',
      title: 'It takes another port, without a word, where the one that it was asked for is taken.',
      clauses: TAKEN,
      fix: {
        any: 'A port that is asked for is that one or an error: pick another only where none, or 0, was asked for.',
        node: 'get-port, portfinder, detect-port, and Vite without `strictPort`, do it by themselves: leave them out.',
        python: 'A loop over `port + 1` in `except OSError` is what has to go.',
      },
      sources: ['https://github.com/jkuri/bore/pull/23'],
    },
    (life, observed) => {
      const announced = firstEvent(life, 'announcement')
      if (announced === null || String(announced.port) === firstEvent(life, 'launch')?.port) return null
      return { evidence: [observed] }
    },
  ),
  refusing(
    {
      id: 'port-announced-and-not-bound',
      title: 'It announces the port though it could not have it: its parent takes the other program for it.',
      clauses: TAKEN,
      fix: {
        any: 'Announce where the server has begun to listen, and nowhere before: a port that cannot be bound is then never announced.',
      },
      sources: [
        'https://github.com/stephrobert/feint/pull/311',
        'https://github.com/bloknayrb/tandem/issues/1812',
      ],
    },
    (life, observed) => (firstEvent(life, 'announcement') === null ? null : { evidence: [observed] }),
  ),
]
