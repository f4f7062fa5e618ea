import type { Contract } from '../contract/contract.ts'
import type { Life } from '../life/life.ts'
import { IDLE_WINDOW, LEAK_BYTES_PER_REQUEST, LEAK_WINDOW, totalBytes } from '../recording/usage.ts'
import type { Scenario } from './scenario.ts'

/** Requests before the idle window, so that what a first answer costs (compiling, caches) is not counted as idling. */
const WARM_UP_REQUESTS = 5

/** Left alone: it stays up, and costs next to nothing. */
const idle: Scenario = {
  id: 'idle',
  what: 'one instance, left alone for a while',
  instances: 0,
  readiness: 'start/within-budget',
  ordinary: true,
  async drive(stage) {
    const life = await stage.launch()
    if (!(await life.ready())) return
    for (let request = 0; request < WARM_UP_REQUESTS; request++) await life.client.check()
    await life.measure(IDLE_WINDOW.begin)
    await life.isLeftAlone(stage.contract.resources.idleMs)
    await life.measure(IDLE_WINDOW.end)
    // A port that is opened later shows here.
    await life.look('left alone')
    await life.client.check()
    await stage.stop(life)
  },
}

/** The amount of requests is sent in so many parts, with a look after each. */
const BATCHES = 10
/** Each connection carries so many: a descriptor that is lost with a connection, and not with a request, shows too. */
const REQUESTS_PER_CONNECTION = 5
/** A heap that has just begun to grow still grows after the last part: it gets so many times as many, and no more. */
const MOST_TIMES = 6

/** Asked over and over: what is lost with each request adds up. */
const load: Scenario = {
  id: 'load',
  what: 'one instance, asked over and over',
  instances: 1,
  readiness: 'start/within-budget',
  ordinary: true,
  async drive(stage) {
    const { requests } = stage.contract.resources
    const life = await stage.launch()
    if (!(await life.ready())) return
    const batch = Math.ceil(requests / BATCHES)
    const sizes: number[] = []
    for (let part = 1; part <= BATCHES * MOST_TIMES && !life.hasExited; part++) {
      sizes.push(await askAndMeasure(life, batch, stage.contract.budgets.readyMs))
      if (part >= BATCHES && !growsOn(sizes, batch)) break
    }
    await life.takeStock('after requests')
    await stage.stop(life)
  },
}

async function askAndMeasure(life: Life, requests: number, timeoutMs: number): Promise<number> {
  const connections = Math.max(1, Math.floor(requests / REQUESTS_PER_CONNECTION))
  await life.client.volley({ purpose: 'load', requests, connections, timeoutMs })
  // Answered after the others have hung up: their descriptors have gone by then.
  await life.client.check()
  return totalBytes(await life.measure('after requests'))
}

/** Each of the last parts left it larger than the one before. */
function growsOn(sizes: readonly number[], batch: number): boolean {
  const last = sizes.slice(-LEAK_WINDOW - 1)
  return last.every(
    (size, index) => index === 0 || size - (last[index - 1] ?? 0) >= LEAK_BYTES_PER_REQUEST * batch,
  )
}

/** What the resources clauses need. */
export function resourcesScenarios(_contract: Contract): readonly Scenario[] {
  return [idle, load]
}
