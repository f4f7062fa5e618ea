import type { Exchange } from '../../recording/exchanges.ts'
import { eventsOf, firstEvent } from '../../recording/query.ts'
import type { EventOf, LifeRecording } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { firstExchange, onceMore, secondOpinion, statusIn, wordsOf } from '../seen.ts'

/* A good answer is there: later, elsewhere, or for another name. */

const announcedTooSoon: KnownFailure = {
  id: 'announced-before-ready',
  title:
    'It announces its port before it is ready: the first requests get no good answer, and later ones do.',
  clauses: ['health/ready-at-announcement'],
  sources: ['https://github.com/anomalyco/opencode/issues/24142'],
  fix: {
    any: 'Announce last: prepare (database, migrations, caches), listen, and only then write the line. What takes long belongs behind a route of its own.',
    node: 'await prepare(); server.listen(port, "127.0.0.1", () => announce()): what is awaited before listen() is there at the first request.',
    python:
      'Do it before the server listens (in FastAPI before the `yield` of `lifespan`), and announce after `startup`.',
  },
  recognise(scene) {
    const { life, evidence } = scene
    const first = firstExchange(scene)
    if (life === null || first === null) return null
    const { status } = evidence.contract.health
    const good = goodAnswerAfter(life, first, status)
    if (good !== null) {
      const waited = duration(good.atMs - first.request.atMs)
      return { evidence: [wordsOf(first), `${status} ${waited} after that request`] }
    }
    // Asked when its time was over, it was well: another cause than its being late need not be looked for.
    if (statusIn(onceMore(life)?.answer ?? '') !== status) return null
    return { evidence: [wordsOf(first), `${status} when the time for its start was over`] }
  },
}

function goodAnswerAfter(
  life: LifeRecording,
  { request }: Exchange,
  wanted: number,
): EventOf<'response'> | null {
  return (
    eventsOf(life, 'response').find(({ atMs, status }) => atMs > request.atMs && status === wanted) ?? null
  )
}

const wantsAnotherName: KnownFailure = {
  id: 'health-wants-another-name',
  title: 'It refuses the Host that it announced, and answers for the name localhost.',
  clauses: ['health/ready-at-announcement'],
  sources: ['https://github.com/microsoft/playwright-mcp/issues/1171'],
  fix: {
    any: "Take 127.0.0.1 and [::1] for its own names too; or let the contract ask by the name: `health: { headers: { host: 'localhost:{port}' } }`.",
  },
  recognise(scene) {
    const { life, evidence } = scene
    const first = firstExchange(scene)
    if (life === null || first?.response == null) return null
    if (secondOpinion(life, 'name') !== evidence.contract.health.status) return null
    return { evidence: [wordsOf(first), 'with the Host header localhost it is answered as it should be'] }
  },
}

const pathMissing: KnownFailure = {
  id: 'health-path-missing',
  title: 'The health path that the contract names is none of its routes.',
  clauses: ['health/ready-at-announcement'],
  sources: ['https://github.com/anomalyco/opencode/pull/8231'],
  fix: {
    any: "Compare the contract's `health.path` with the routes: add the route, with its prefix, or name the path that there is.",
  },
  recognise(scene) {
    const first = firstExchange(scene)
    if (first === null || !MISSING.includes(first.response?.status ?? 0)) return null
    const path = otherPath(scene)
    if (path === null) return { evidence: [wordsOf(first)] }
    const { health } = scene.evidence.contract
    return {
      evidence: [wordsOf(first), `GET ${path}: ${health.status}`],
      fix: {
        any: `Let the contract name the path that there is, \`health: { path: '${path}' }\`, or add the route ${health.path}.`,
      },
    }
  },
}

/** Not found, not by this method, gone, not implemented: how routers say that they have no such route. */
const MISSING: readonly number[] = [404, 405, 410, 501]

/** A path at which it says that it is well; null where it has none, or says so of every path. */
function otherPath({ life, evidence: { contract } }: Scene): string | null {
  const good = contract.health.status
  if (life === null || secondOpinion(life, 'unknown path') === good) return null
  const answers = firstEvent(life, 'second-opinions')?.answers ?? []
  // That it has a page says nothing of its health.
  const found = answers.find(({ of, asked, status }) => of === 'path' && asked !== '/' && status === good)
  return found?.asked ?? null
}

export const healthAnswerFailures: readonly KnownFailure[] = [announcedTooSoon, wantsAnotherName, pathMissing]
