import { eventsOf, firstEvent, linesOf } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { placeOf } from './announced.ts'
import { BASELINE_LIFE, type Clause, type Finding, fail, pass, skipped } from './clause.ts'
import { nameClauses } from './net-names.ts'
import { originClauses } from './net-origins.ts'
import { socket, sockets } from './words.ts'

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
              `it listens on ${socket({ address, port })}, reachable from ${reach}`,
              { life, atMs },
            )
          }
          seen.add(address)
        }
      }
    }
    return seen.size === 0 ? notSeen(readyLives) : pass([...seen].join(', '))
  },
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^127\./.test(address)
}

const noOtherListeners: Clause = {
  id: 'net/no-other-listeners',
  scenarios: [BASELINE_LIFE],
  judge({ readyLives, contract }) {
    const { ports } = contract.net
    const ofItsChoice = ports.filter(port => port === 0).length
    let looks = 0
    for (const life of readyLives) {
      const announced = announcedPorts(life)
      for (const { listeners, atMs } of eventsOf(life, 'listeners')) {
        if (listeners.length > 0) looks++
        const others = listeners.filter(({ port }) => !announced.has(port) && !ports.includes(port))
        if (new Set(others.map(({ port }) => port)).size <= ofItsChoice) continue
        return fail(
          `it listens on ${[...announced].join(', ')}, which it announced${describeAllowed(ports)}, and on nothing else`,
          `it also listens on ${sockets(others)}`,
          { life, atMs },
        )
      }
    }
    if (looks === 0) return notSeen(readyLives)
    return pass(
      `nothing else${describeAllowed(ports)}, in ${looks} ${looks === 1 ? 'look' : 'looks'} at who listens`,
    )
  },
}

/** Each of them, where there are several: that is another clause's affair. */
function announcedPorts(life: LifeRecording): ReadonlySet<number> {
  const lines = [...linesOf(life, 'announcement', 'stdout'), ...linesOf(life, 'announcement', 'stderr')]
  const written = lines.flatMap(({ reading }) => (reading.kind === 'announcement' ? [reading.port] : []))
  const heard = eventsOf(life, 'announcement').map(({ port }) => port)
  return new Set([...written, ...heard].filter(port => port !== null))
}

function describeAllowed(ports: readonly number[]): string {
  if (ports.length === 0) return ''
  const names = ports.map(port => (port === 0 ? 'one that the system picks' : port))
  return `, beside what the contract allows (${names.join(', ')})`
}

/** Nothing was seen, and that is no proof that nothing was there. */
function notSeen(lives: readonly LifeRecording[]): Finding {
  const socketOnly = lives.flatMap(life => eventsOf(life, 'announcement')).find(({ port }) => port === null)
  if (socketOnly !== undefined) return pass(`no port: it serves on ${placeOf(socketOnly)}`)
  const [failure] = lives.flatMap(life => eventsOf(life, 'lookup-failed'))
  return skipped(
    failure === undefined
      ? 'it was gone before anybody could see where it listens'
      : `who listens could not be seen: ${failure.message}`,
  )
}

// Judged on lives that never became ready, too: it is a reason why (see root-cause.ts).
const ipv4Reachable: Clause = {
  id: 'net/ipv4-reachable',
  scenarios: [BASELINE_LIFE],
  judge({ ordinaryLives }) {
    let reached: string | null = null
    for (const life of ordinaryLives) {
      const announced = firstEvent(life, 'announcement')
      const dialled = firstEvent(life, 'request')
      if (announced === null || dialled === null) continue
      if (firstEvent(life, 'connected') !== null) {
        reached ??= `${socket(dialled)} reaches it`
        continue
      }
      const refused = firstEvent(life, 'request-failed')
      const elsewhere = listensElsewhere(life, dialled.address)
      if (refused === null || elsewhere === null) continue
      const why = announced.host === null ? '' : ', which it announced,'
      return fail(
        `${socket(dialled)}${why} reaches it`,
        `it listens on ${elsewhere} alone, and every connection to ${dialled.address} failed (${refused.code})`,
        { life, atMs: refused.atMs },
      )
    }
    return reached === null ? skipped('no connection was made') : pass(reached)
  },
}

/** Where it listens on its port, if that is nowhere near the address that was dialled. */
function listensElsewhere(life: LifeRecording, dialled: string): string | null {
  const announced = firstEvent(life, 'announcement')
  const own = eventsOf(life, 'listeners')
    .flatMap(({ listeners }) => listeners)
    .filter(({ port }) => port === announced?.port)
  return own.length === 0 || own.some(({ address }) => address === dialled) ? null : sockets(own)
}

export const netClauses: readonly Clause[] = [
  loopbackOnly,
  noOtherListeners,
  ipv4Reachable,
  ...nameClauses,
  ...originClauses,
]
