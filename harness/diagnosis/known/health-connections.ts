import { eventsOf } from '../../recording/query.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { type Breakdown, breakdownOf } from '../seen.ts'

/* Connections that say nothing. */

function brokenIn({ life, evidence }: Scene): Breakdown | null {
  return life === null ? null : breakdownOf(life, evidence.contract.health.status)
}

const endedByIdleConnections: KnownFailure = {
  id: 'open-connections-end-it',
  title: 'Connections that say nothing end it.',
  clauses: ['health/idle-connections'],
  sources: ['https://github.com/judell/bram/issues/50'],
  fix: {
    any: 'Look at the exception: descriptors that run out (EMFILE) are a reason to wait with the next accept(), and a head that never comes a reason to close that connection, and neither to exit.',
  },
  recognise(scene) {
    const broken = brokenIn(scene)
    return broken?.kind === 'ended' ? { evidence: broken.evidence } : null
  },
}

const heldByIdleConnections: KnownFailure = {
  id: 'silent-connections-block-others',
  title:
    'A connection that says nothing keeps the one who would answer the others: there are fewer workers than connections.',
  clauses: ['health/idle-connections'],
  sources: [
    'https://github.com/jordan-gibbs/hyperresearch/issues/87',
    'https://github.com/posit-dev/great-docs/issues/219',
  ],
  fix: {
    any: 'A thread or a task for each connection, and a deadline for its head; no read that waits in the loop that accepts.',
    node: 'Node reads all connections at once: look for a limit (server.maxConnections), or for a proxy or a pool of workers before it.',
    python:
      'ThreadingHTTPServer in the place of HTTPServer, with timeout = 30 in the handler. WSGI: waitress with more threads, and not wsgiref.',
  },
  recognise(scene) {
    const { life } = scene
    const broken = brokenIn(scene)
    if (life === null || broken === null) return null
    const open = eventsOf(life, 'held-open').filter(({ error }) => error === null).length
    return { evidence: [`${open} such connections were open`, ...broken.evidence] }
  },
}

/** From the particular to the general. */
export const healthConnectionFailures: readonly KnownFailure[] = [
  endedByIdleConnections,
  heldByIdleConnections,
]
