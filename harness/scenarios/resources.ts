import type { Contract } from '../contract/contract.ts'
import type { Life } from '../life/life.ts'
import {
  IDLE_WINDOW,
  LEAK_BYTES_PER_REQUEST,
  LEAK_WINDOW,
  totalBytes,
  usedCpuMs,
} from '../recording/usage.ts'
import type { Scenario } from './scenario.ts'

/** Requests before the idle window, so that what a first answer costs (compiling, caches) is not counted as idling. */
const WARM_UP_REQUESTS = 5

/**
 * What is done once while nobody asks (a compiler, a collector of garbage, a stall of the machine that is booked on whoever
 * ran) is a large share of a short window, and a small one of a long window. So a window that shows too much is held open
 * for up to so many times as long: what goes on stays the share that it was.
 */
const MOST_IDLE_TIMES = 6

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
    await rest(life, stage.contract)
    // A port that is opened later shows here.
    await life.look('left alone')
    await life.client.check()
    await stage.stop(life)
  },
}

async function rest(life: Life, { resources, budgets }: Contract): Promise<void> {
  const atRest = await life.measure(IDLE_WINDOW.begin)
  const beganAtMs = performance.now()
  const allowedMs = (windowMs: number) => (windowMs * budgets.idleCpuPercent) / 100
  const mostMs = allowedMs(MOST_IDLE_TIMES * resources.idleMs)
  for (let times = 1; times <= MOST_IDLE_TIMES; times++) {
    await life.isLeftAlone(resources.idleMs)
    const windowMs = performance.now() - beganAtMs
    const usedMs = usedCpuMs(atRest, await life.measure(IDLE_WINDOW.end))
    if (atRest.length === 0 || life.hasExited) break
    if (usedMs <= allowedMs(windowMs) || usedMs > mostMs) break
  }
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
