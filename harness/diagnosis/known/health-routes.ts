import { type Exchange, exchangesOf } from '../../recording/exchanges.ts'
import { printable } from '../../text/printable.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { answerSeen, type Breakdown, breakdownOf } from '../seen.ts'

/* A path that it cannot know. */

const UNKNOWN = ['health/unknown-path'] as const

function unknownIn({ life }: Scene): Exchange | null {
  return life === null ? null : (exchangesOf(life, 'unknown path')[0] ?? null)
}

/** It answers the health path too: no JSON there, and the right one of no other. */
export const pageForAll: KnownFailure = {
  id: 'page-for-every-path',
  title: 'A page of HTML answers every path, that for its health too: the fallback of a web app.',
  clauses: ['health/schema', 'health/unknown-path'],
  sources: ['https://github.com/zerx-lab/PenBridge/pull/14'],
  fix: {
    any: 'Routes of the API come before static files and the fallback, and the fallback answers below its own path alone, or where HTML is asked for. Compare `health.path` with the routes.',
    node: "Hono: app.get('/app/*', serveStatic({ path: './index.html' })) and not app.get('*'); Express: the fallback last.",
    python: 'Mount StaticFiles(html=True) last, and not on `/`.',
  },
  recognise(scene) {
    const isOfHealth = scene.clause === 'health/schema'
    const response = isOfHealth ? answerSeen(scene)?.response : unknownIn(scene)?.response
    if (response == null || response.status !== scene.evidence.contract.health.status) return null
    const { contentType, body } = response
    const isPage = /^text\/html\b/i.test(contentType ?? '') || /^\s*<(!doctype|html)\b/i.test(body)
    // JSON that calls itself HTML is no page.
    if (!isPage || /^\s*\{/.test(body)) return null
    return { evidence: [`${contentType ?? 'no content type'}: "${printable(body)}"`] }
  },
}

const catchAll: KnownFailure = {
  id: 'catch-all-route',
  title: 'One route answers every path as it answers for its health: nothing looks at the path.',
  clauses: UNKNOWN,
  sources: ['https://pkg.go.dev/net/http#hdr-Patterns-ServeMux'],
  fix: {
    any: 'Compare the path, and answer 404 for what is none of the routes. Go: mux.HandleFunc("/", …) matches everything, "GET /{$}" does not. Rust: Router::fallback with 404.',
    node: "if (path !== '/health') return response.writeHead(404).end(). Hono: app.notFound(…), and no app.all('*').",
    python: 'In http.server compare self.path, and send_error(404) for the rest.',
  },
  recognise(scene) {
    const response = unknownIn(scene)?.response
    if (response?.status !== scene.evidence.contract.health.status) return null
    return { evidence: [`${response.status} with "${printable(response.body)}"`] }
  },
}

const unknownPathEnds: KnownFailure = {
  id: 'unknown-path-ends-it',
  title: 'A path that it does not know ends it.',
  clauses: UNKNOWN,
  sources: ['https://nodejs.org/api/process.html#event-uncaughtexception'],
  fix: {
    any: 'Answer 404. What a client sends is no reason to exit: no exception without a catch, and no process.exit or panic, in what answers requests.',
  },
  recognise(scene) {
    const broken = brokenAfter(scene)
    return broken?.kind === 'ended' ? { evidence: broken.evidence } : null
  },
}

const unknownPathSilences: KnownFailure = {
  id: 'unknown-path-silences-it',
  title: 'After a path that it does not know it answers nobody any more.',
  clauses: UNKNOWN,
  sources: ['https://nodejs.org/en/learn/asynchronous-work/dont-block-the-event-loop'],
  fix: {
    any: 'Look at what such a request leads to: a search that does not end, a worker that dies, a lock that is kept. Answer 404 before any of that.',
  },
  recognise(scene) {
    const broken = brokenAfter(scene)
    return broken === null ? null : { evidence: broken.evidence }
  },
}

function brokenAfter(scene: Scene): Breakdown | null {
  const asked = unknownIn(scene)
  if (scene.life === null || asked === null) return null
  return breakdownOf(scene.life, scene.evidence.contract.health.status)
}

/** From the particular to the general. */
export const healthRouteFailures: readonly KnownFailure[] = [catchAll, unknownPathEnds, unknownPathSilences]
