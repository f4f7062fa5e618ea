import type { Life } from '../life/life.ts'
import { malformedRequests } from './malformed.ts'
import type { Scenario, Stage } from './scenario.ts'
import { bearsUnknownPath, stillAnswers } from './still-answers.ts'

/** More than a pool of workers commonly has, and a browser's preconnects a few times over. */
const SILENT_CONNECTIONS = 20
const HALF_HEADS = 10

/** Met by whom it does not know: first by requests that are none, then by connections that say nothing. */
export const strangers: Scenario = {
  id: 'strangers',
  what: 'one instance, met by requests that are none and by connections that say nothing',
  instances: 1,
  readiness: 'start/within-budget',
  // No app does this to its sidecar.
  ordinary: false,
  async drive(stage) {
    const life = await stage.launch()
    if (!(await life.ready())) return
    // Some of what follows is, to a router, a path like any other that it does not know.
    const isWell = await bearsUnknownPath(life, stage.contract)
    const bearsMalformed = isWell && (await bearsAll(life, stage))
    if (bearsMalformed) await holdConnections(life, stage)
    await stage.stop(life)
    if (isWell && !bearsMalformed) await meetOneByOne(stage)
  },
}

/** All at once: whoever keeps such a connection open for a while does so for all of them in the same while. */
async function bearsAll(life: Life, { contract }: Stage): Promise<boolean> {
  await Promise.all(malformedRequests(contract).map(plan => life.client.exchange(plan)))
  return stillAnswers(life, contract.budgets.soonMs)
}

/** Again, with a look after each: which of them it does not bear is what has to be mended. */
async function meetOneByOne(stage: Stage): Promise<void> {
  const life = await stage.launch({ instance: 1 })
  if (!(await life.ready())) return
  for (const plan of malformedRequests(stage.contract)) {
    await life.client.exchange(plan)
    if (!(await stillAnswers(life, stage.contract.budgets.soonMs))) break
  }
  await stage.stop(life)
}

async function holdConnections(life: Life, { contract }: Stage): Promise<void> {
  const { client } = life
  await Promise.all([
    ...Array.from({ length: SILENT_CONNECTIONS }, () => client.hold('silent')),
    ...Array.from({ length: HALF_HEADS }, () => client.hold('half a request head')),
  ])
  await stillAnswers(life, contract.budgets.soonMs)
  client.hangUp()
}
