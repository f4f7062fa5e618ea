import { exchangesOf } from '../../recording/exchanges.ts'
import { latenciesOf } from '../../recording/latency.ts'
import { eventsOf } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'

/* The same request over and over. */

/** So many say how it went. */
const MOST_SHOWN = 5

/** How long probes took, one by one, in the order in which they were sent. */
function probesIn({ life }: Scene): readonly number[] {
  if (life === null) return []
  const alone = eventsOf(life, 'volley').filter(({ machineMs }) => machineMs === undefined)
  return latenciesOf(alone.filter(({ purpose }) => purpose === 'latency'))
}

const slowsDown: KnownFailure = {
  id: 'slows-down',
  title: 'It was quick at first, and the more it has answered, the slower it gets.',
  clauses: ['health/latency'],
  sources: ['https://nodejs.org/api/events.html#emittersetmaxlistenersn'],
  fix: {
    any: 'Something grows with each request, and is gone through for each: a list that is never emptied, listeners that are never taken away, a file that is read as a whole, a limit that slows clients down.',
  },
  recognise(scene) {
    const { life, evidence } = scene
    const { latencyMs } = evidence.contract.budgets
    const probes = probesIn(scene)
    if (life === null || probes.length === 0 || probes.some(ms => ms <= latencyMs)) return null
    const early = earlyAnswersIn(life)
    // A busy machine may have made all but one of them late.
    if (Math.min(...early) > latencyMs / 2) return null
    return { evidence: [`its first answers: ${told(early)}`, `its later ones: ${told(probes)}`] }
  },
}

/** Before the probes that are measured: the first requests, and those that warm it up. */
function earlyAnswersIn(life: LifeRecording): readonly number[] {
  const alone = exchangesOf(life, 'first', 'check').flatMap(({ request, response }) =>
    response === null ? [] : [response.atMs - request.atMs],
  )
  const warming = eventsOf(life, 'volley').filter(({ purpose }) => purpose === 'load')
  return [...alone, ...warming.flatMap(({ latenciesMs }) => latenciesMs)]
}

const alwaysSlow: KnownFailure = {
  id: 'always-slow',
  title: 'Every answer about its health waits for something.',
  clauses: ['health/latency'],
  sources: ['https://github.com/sipyourdrink-ltd/bernstein/issues/4573'],
  fix: {
    any: 'Answer from memory: no database, no network, no file and no lock in the health handler. What it reports of others it can note in the background.',
    node: 'No …Sync call and no large JSON.parse on the main thread: node:worker_threads.',
    python:
      'In FastAPI a blocking call belongs into a `def` route, not into an `async def` one. In http.server disable_nagle_algorithm = True in the handler: head and body are two writes, which cost some 40 ms on a connection that is kept.',
  },
  recognise(scene) {
    const probes = probesIn(scene)
    const { latencyMs } = scene.evidence.contract.budgets
    if (probes.length === 0 || probes.some(ms => ms <= latencyMs)) return null
    return { evidence: [`${told(probes)}, one by one`] }
  },
}

const slowAtTimes: KnownFailure = {
  id: 'slow-at-times',
  title: 'Most answers are quick, and now and then one waits for something else that it does.',
  clauses: ['health/latency'],
  sources: ['https://nodejs.org/en/learn/asynchronous-work/dont-block-the-event-loop'],
  fix: {
    any: 'Find what runs beside it, on the same thread or under the same lock: a timer, a flush to the disk, a collection of garbage, a clean-up after so many requests. Do it in another thread, and in small steps.',
    node: 'node --cpu-prof shows what keeps the event loop; perf_hooks.monitorEventLoopDelay() how long.',
  },
  recognise(scene) {
    const probes = probesIn(scene)
    const { latencyMs } = scene.evidence.contract.budgets
    const late = probes.filter(ms => ms > latencyMs)
    return {
      evidence: probes.length === 0 ? [] : [`${late.length} of ${probes.length} were late: ${told(late)}`],
    }
  },
}

function told(latenciesMs: readonly number[]): string {
  const shown = latenciesMs.slice(0, MOST_SHOWN)
  return shown.map(ms => (Number.isFinite(ms) ? duration(ms) : 'none')).join(', ')
}

/** From the particular to the general. */
export const healthLatencyFailures: readonly KnownFailure[] = [slowsDown, alwaysSlow, slowAtTimes]
