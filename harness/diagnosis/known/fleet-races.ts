import { ending } from '../../clauses/words.ts'
import { exitedByItself, isReady, sinceLaunch } from '../../recording/query.ts'
import { duration } from '../../text/duration.ts'
import type { KnownFailure } from '../known-failure.ts'
import { endOf, whenOf } from '../stopping.ts'
import { exceptionAfter, quoted } from '../system-errors.ts'

const badlyNowAndThen: KnownFailure = {
  id: 'ends-badly-now-and-then',
  title:
    'It has stopped cleanly before, and this time it did not: a race, or something that piles up in its home.',
  clauses: ['fleet/restarts'],
  sources: ['https://github.com/ingo-eichhorst/Irrlicht/issues/1808'],
  fix: {
    any: 'Raise `fleet.restarts` until it fails often, and compare the lives: what the signal met (a write, a migration, a request that it makes), and what has grown in the home (logs, WAL files, caches).',
  },
  recognise(scene) {
    const end = endOf(scene)
    if (end === null || end.exit.code === null) return null
    const error = exceptionAfter(end.life, end.asked.atMs)
    return {
      evidence: [
        `stop ${end.life.instance} in this home`,
        `it exited with ${end.exit.code}, ${whenOf(end)}`,
        ...quoted('the error', error),
      ],
    }
  },
}

const startsBadlyNowAndThen: KnownFailure = {
  id: 'starts-badly-now-and-then',
  title: 'It has started before, and this time it did not: a race, or something that piles up in its home.',
  clauses: ['fleet/restarts'],
  sources: ['https://github.com/dtzp555-max/ocp/issues/219'],
  fix: {
    any: 'Raise `fleet.restarts` until it fails often, and read its last words. A port that was looked for, closed and bound again is lost now and then: listen on 0. What grows with each run (logs, WAL files, caches) makes the next start slower.',
  },
  recognise({ life }) {
    if (life === null || isReady(life)) return null
    const exit = exitedByItself(life)
    const how =
      exit === null
        ? 'it was not ready in time'
        : `${ending(life)}, ${duration(sinceLaunch(life, exit.atMs))} after its launch`
    return {
      evidence: [
        `start ${life.instance} in this home`,
        how,
        ...quoted('the error', exceptionAfter(life, Number.NEGATIVE_INFINITY)),
      ],
    }
  },
}

/** What goes well twice, and not the next time. */
export const fleetRaces: readonly KnownFailure[] = [startsBadlyNowAndThen, badlyNowAndThen]
