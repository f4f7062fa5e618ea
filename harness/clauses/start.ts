import { eventsOf, isReady, sinceLaunch } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { BASELINE_LIFE, type Clause, fail, pass } from './clause.ts'
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
        `ready (announced, and ${contract.health.path} answered with ${contract.health.status}) within ${duration(readyMs)}`,
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

/** The same launch, under the same conditions, with another end. */
function startsAtTimes(unready: LifeRecording, lives: readonly LifeRecording[]): string {
  const other = lives.find(life => life.scenario === unready.scenario && isReady(life))
  return other === undefined
    ? ''
    : `. Launched again in the same way it became ready (${other.id}): it does not start every time`
}

const bareEnvironment: Clause = {
  id: 'start/bare-environment',
  scenarios: [BASELINE_LIFE],
  judge({ lives, plan }) {
    const bare = lives.find(({ conditions }) => conditions.environment === 'bare')
    if (plan.conditions.environment === 'bare' || bare === undefined) {
      return pass('it started with a system PATH, HOME and TMPDIR')
    }
    const kind = lives.find(({ conditions }) => conditions.environment === 'caller')
    const has = new Set(variablesOf(bare))
    const more = variablesOf(kind).filter(name => !has.has(name))
    return fail(
      'it starts with a system PATH, HOME and TMPDIR alone',
      `${whyNotReady(bare)}. With your environment it becomes ready: ${guessMissing(bare, more)}`,
      { life: bare, atMs: unreadyAtMs(bare) },
    )
  },
}

/** A sidecar often names the variable that it misses; otherwise it can be any, or a program on the PATH. */
function guessMissing(bare: LifeRecording, variables: readonly string[]): string {
  const said = new Set(bare.stderr.lines.flatMap(({ text }) => text.split(/\W+/)))
  const named = variables.filter(name => said.has(name))
  return named.length > 0
    ? `it misses ${named.join(' and ')}, which it names itself`
    : `it misses something of your shell: one of its ${variables.length} other variables, or a program on its PATH`
}

function variablesOf(life: LifeRecording | undefined): readonly string[] {
  return life === undefined ? [] : (eventsOf(life, 'launch')[0]?.variables ?? [])
}

export const startClauses: readonly Clause[] = [withinBudget, bareEnvironment]
