import { READY } from '../compare/life-facts.ts'
import { lifeWith, type TurnLife } from '../compare/plain-life.ts'
import type { Life } from '../life/life.ts'
import { PROBES } from '../recording/latency.ts'

/** Enough for a compiler that works while the program runs to have seen the way of a request. */
const WARM_UP = { purpose: 'load', requests: 40, connections: 8 } as const
const ONE_BY_ONE = { purpose: 'latency', requests: PROBES, connections: 1 } as const
/** So many connections a browser opens to one host, and two more. */
export const LOAD_CONNECTIONS = 8
/** Long enough for hundreds of answers of a slow program, short enough to be done twice in each of some twenty turns. */
const LOAD_MS = 200
/** More than any program answers to one client in that time. */
const MOST_REQUESTS = 100_000
/** An answer that takes longer is none for what wants to know how quick they are. */
const TIMEOUT_MS = 2_000

/** A life that shows how quick it is at everything: launched, looked at, asked over and over, told to stop. */
export const askedLife: TurnLife = lifeWith(
  'one instance, started, asked over and over, and stopped',
  async life => {
    await life.measure(READY)
    await ask(life)
  },
)

async function ask(life: Life): Promise<void> {
  await life.client.volley({ ...WARM_UP, timeoutMs: TIMEOUT_MS })
  await life.client.volley({ ...ONE_BY_ONE, timeoutMs: TIMEOUT_MS })
  const untilMs = performance.now() + LOAD_MS
  await life.client.volley({
    ...{ purpose: 'load', requests: MOST_REQUESTS, connections: LOAD_CONNECTIONS, timeoutMs: TIMEOUT_MS },
    enough: () => performance.now() >= untilMs,
  })
}
