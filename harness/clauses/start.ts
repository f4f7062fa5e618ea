import type { Contract } from '../contract/contract.ts'
import { endedByItself, eventsOf, firstEvent, isReady, sinceLaunch } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import { BASELINE_LIFE, blocked, type Clause, fail, pass } from './clause.ts'
import { startConditionClauses } from './start-conditions.ts'
import { startElsewhereClauses } from './start-elsewhere.ts'
import { hostileEnvironment } from './start-hostile.ts'
import { firstBrokenStop } from './stop-signals.ts'
import { unreadyAtMs, whyNotReady } from './words.ts'

const withinBudget: Clause = {
  id: 'start/within-budget',
  scenarios: [BASELINE_LIFE],
  judge({ contract, plan, livesOf }) {
    const { readyMs } = contract.budgets
    const lives = plan.scenarios
      .filter(({ readiness }) => readiness === 'start/within-budget')
      .flatMap(({ id }) => livesOf(id))
    const unready = lives.find(life => !isReady(life))
    if (unready !== undefined) {
      return fail(
        `ready (${whatIsReady(contract)}) within ${duration(readyMs)}`,
        `${whyNotReady(unready)}${startsAtTimes(unready, lives)}`,
        { life: unready, atMs: unreadyAtMs(unready) },
      )
    }
    const times = lives.flatMap(life => eventsOf(life, 'ready').map(({ atMs }) => sinceLaunch(life, atMs)))
    const slowest = duration(Math.max(...times))
    return pass(
      times.length === 1
        ? `ready after ${slowest}`
        : `ready after ${slowest}, the slowest of ${times.length}`,
    )
  },
}

function whatIsReady({ health }: Contract): string {
  if (health.kind === 'none') return 'announced'
  if (health.kind === 'tcp') return 'announced, and a connection accepted'
  return `announced, and ${health.path} answered with ${health.status}`
}

/** The same launch, under the same conditions, with another end. */
function startsAtTimes(unready: LifeRecording, lives: readonly LifeRecording[]): string {
  const other = lives.find(life => life.scenario === unready.scenario && isReady(life))
  return other === undefined
    ? ''
    : `. Launched again in the same way it became ready (${other.id}): it does not start every time`
}

const boundedTree: Clause = {
  id: 'start/bounded-tree',
  scenarios: [BASELINE_LIFE],
  judge({ contract, ordinaryLives }) {
    const cap = contract.budgets.processes
    let most = 0
    for (const life of ordinaryLives) {
      const [burst] = eventsOf(life, 'tree-burst')
      if (burst !== undefined) {
        const when = duration(sinceLaunch(life, burst.atMs))
        return fail(
          `starting it takes no more than ${cap} processes`,
          `${burst.processes} after ${when}, when it was killed: it may be starting itself`,
          { life, atMs: burst.atMs },
        )
      }
      // It may also grow once it is ready, and then nobody watches all the time.
      for (const { processes, atMs } of [...eventsOf(life, 'tree'), ...eventsOf(life, 'usage')]) {
        if (processes.length > cap) {
          const when = duration(sinceLaunch(life, atMs))
          const observed = `${processes.length} after ${when}`
          return fail(`it takes no more than ${cap} processes`, observed, { life, atMs })
        }
        most = Math.max(most, processes.length)
      }
    }
    return pass(most === 1 ? '1 process' : `${most} processes at most`)
  },
}

/** Of a cache that fills a directory; the recording holds more. */
const MOST_NAMED = 5

const noLitter: Clause = {
  id: 'start/no-litter',
  scenarios: [BASELINE_LIFE],
  judge(input) {
    const ended = input.readyLives.filter(endedByItself)
    if (ended.length === 0) return blocked(firstBrokenStop(input))
    for (const life of ended) {
      const litter = firstEvent(life, 'litter')
      if (litter === null || litter.files.length === 0) continue
      const named = litter.files.slice(0, MOST_NAMED)
      const files = named.map(({ where, path }) => `${printable(path)} in its ${where}`)
      const omitted = litter.files.length - named.length + litter.omitted
      const more = omitted > 0 ? `, and ${omitted} more` : ''
      return fail(
        'after a clean exit nothing is left in its working and temporary directory',
        `${files.join(', ')}${more}`,
        { life, atMs: litter.atMs },
      )
    }
    return pass('nothing left')
  },
}

export const startClauses: readonly Clause[] = [
  withinBudget,
  ...startConditionClauses,
  ...startElsewhereClauses,
  hostileEnvironment,
  boundedTree,
  noLitter,
]
