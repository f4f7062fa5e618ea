import { eventsOf } from '../recording/query.ts'
import { BASELINE_LIFE, type Clause, fail, pass, skipped } from './clause.ts'

const loopbackOnly: Clause = {
  id: 'net/loopback-only',
  scenarios: [BASELINE_LIFE],
  judge({ readyLives }) {
    const seen = new Set<string>()
    for (const life of readyLives) {
      for (const { listeners, atMs } of eventsOf(life, 'listeners')) {
        for (const { address, port } of listeners) {
          if (!isLoopback(address)) {
            const reach = ['0.0.0.0', '::'].includes(address) ? 'every interface' : 'the network'
            return fail(
              'every listening socket is bound to loopback (127.0.0.1 or ::1)',
              `it listens on ${address}:${port}, reachable from ${reach}`,
              { life, atMs },
            )
          }
          seen.add(address)
        }
      }
    }
    const [failure] = readyLives.flatMap(life => eventsOf(life, 'lookup-failed'))
    if (seen.size === 0 && failure !== undefined)
      return skipped(`who listens could not be seen: ${failure.message}`)
    if (seen.size === 0) return skipped('it was gone before anybody could see where it listens')
    return pass([...seen].join(', '))
  },
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^127\./.test(address)
}

export const netClauses: readonly Clause[] = [loopbackOnly]
