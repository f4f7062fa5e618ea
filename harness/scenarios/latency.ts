import type { Life } from '../life/life.ts'
import { isTailLate, latenciesOf, ownLatenciesOf, PROBES, undisturbed } from '../recording/latency.ts'
import type { Volley } from '../recording/recording.ts'
import type { Scenario, Stage } from './scenario.ts'
import { stillAnswers } from './still-answers.ts'

/** Enough for a compiler that works while the program runs to have seen the way of a request. */
const WARM_UP = { purpose: 'load', requests: 20, connections: 10 } as const

/** One after another: side by side, one stall of the machine would make several late. */
const ONE_BY_ONE = { purpose: 'latency', connections: 1 } as const

/** Warm probes; and where they are late, the same beside a program that does nothing else. */
export const latency: Scenario = {
  id: 'latency',
  what: 'one instance, asked over and over with nothing beside it',
  instances: 1,
  readiness: 'start/within-budget',
  ordinary: true,
  alone: true,
  async drive(stage) {
    const life = await stage.launch()
    if (!(await life.ready())) return
    if (await stillAnswers(life)) await measure(life, stage)
    await stage.stop(life)
  },
}

async function measure(life: Life, stage: Stage): Promise<void> {
  const { latencyMs, soonMs: timeoutMs } = stage.contract.budgets
  const isLate = (tookMs: readonly number[]) => isTailLate(tookMs, latencyMs)
  await life.client.volley({ ...WARM_UP, timeoutMs })
  const alone = await life.client.volley({ ...ONE_BY_ONE, requests: PROBES, timeoutMs, enough: isLate })
  if (alone === null || life.hasExited || !isLate(latenciesOf([alone]))) return
  const other = await stage.calibrate()
  if (!(await other.ready())) return
  await other.client.volley({ ...WARM_UP, timeoutMs }, 'calibration')
  const beside: Volley[] = []
  while (beside.length < PROBES && !isLate(ownLatenciesOf(undisturbed(beside, latencyMs)))) {
    const volley = await life.client.volleyBeside(other.client, { ...ONE_BY_ONE, requests: 1, timeoutMs })
    if (volley === null) break
    beside.push(volley)
  }
  await stage.stop(other)
}
