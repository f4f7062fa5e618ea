import { existsSync } from 'node:fs'
import type { Contract } from '../contract/contract.ts'
import { levelOf } from '../contract/levels.ts'
import type { Life } from '../life/life.ts'
import { latency } from './latency.ts'
import type { Scenario, Stage } from './scenario.ts'
import { bearsUnknownPath, stillAnswers } from './still-answers.ts'
import { strangers } from './strangers.ts'

/** Neither a whole nor a half hour from UTC, all year round: no local time there looks like another zone's. */
const ODD_ZONE = 'Asia/Kathmandu'

/**
 * Asked as an app asks it, on a machine in another time zone: continuous integration runs in UTC, where a local time
 * cannot be told from the right one.
 */
const questions: Scenario = {
  id: 'questions',
  what: 'one instance, in another time zone, asked much at once and what it cannot know',
  instances: 1,
  readiness: 'start/within-budget',
  ordinary: true,
  async drive(stage) {
    const life = await stage.launch({ variables: oddZone() })
    if (!(await life.ready())) return
    await ask(life, stage)
    await stage.stop(life)
  },
}

/** In the order of the clauses, and no further than the first that leaves it unable to answer. */
async function ask(life: Life, { contract }: Stage): Promise<void> {
  const { health, budgets } = contract
  const timeoutMs = budgets.readyMs
  if (!(await stillAnswers(life))) return
  await life.client.volley({ purpose: 'burst', requests: health.burst, connections: health.burst, timeoutMs })
  if (!(await stillAnswers(life))) return
  if (!(await bearsUnknownPath(life, contract)) || levelOf(contract, 'health/head') === 'may') return
  await life.client.exchange({
    purpose: 'head',
    what: `HEAD ${health.path}`,
    bytes: host => `HEAD ${health.path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    waitMs: budgets.soonMs,
  })
}

/** A program may refuse to run in a zone of which this system knows nothing, and rightly so. */
function oddZone(): Readonly<Record<string, string>> {
  const isKnown = process.platform === 'win32' || existsSync(`/usr/share/zoneinfo/${ODD_ZONE}`)
  return isKnown ? { TZ: ODD_ZONE } : {}
}

/** What the health clauses need beside the lives of the others. */
export function healthScenarios(_contract: Contract): readonly Scenario[] {
  return [questions, strangers, latency]
}
