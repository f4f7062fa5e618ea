import type { Contract } from '../contract/contract.ts'
import type { Life } from '../life/life.ts'
import type { Scenario, Stage } from './scenario.ts'
import { bearsUnknownPath, stillAnswers } from './still-answers.ts'
import { unknownPath } from './unknown-path.ts'

/** Each makes it write, where it logs what it does not find; a library that writes late does so by the third or fourth. */
const TURNS_WITHOUT_PIPES = 10

/** A parent that has lost interest: it closes its ends of both streams, and the sidecar is none the wiser until it writes. */
const closedPipes: Scenario = {
  id: 'closed-pipes',
  what: 'one instance, whose parent closes its ends of stdout and stderr',
  instances: 1,
  readiness: 'start/within-budget',
  // What it writes after that nobody can judge.
  ordinary: false,
  async drive(stage) {
    const life = await stage.launch()
    if (!(await life.ready())) return
    if (await bearsUnknownPath(life, stage.contract)) {
      life.reading('stdout', 'closed')
      life.reading('stderr', 'closed')
      for (let turn = 0; turn < TURNS_WITHOUT_PIPES; turn++) {
        if (!(await bearsUnknownPath(life, stage.contract))) break
      }
    }
    await stage.stop(life)
  },
}

/** Requests by which it is found out how much it logs for each. */
const SAMPLES = 10
/** Long enough to fill a pipe soon where the path is logged, and two such lines fit into a page of it. */
const LOGGED_PATH_BYTES = 1500
/** Twice what it holds, and more: a pipe 64 KiB, a socketpair some 200 KiB. */
const FILLING_BYTES = { pipe: 128 * 1024, socketpair: 512 * 1024 }
/** Who logs a dozen bytes for each does not get a pipe filled in reasonable time. */
const MOST_REQUESTS = 6000
/** At once, so that one that blocks is waited for once, and not for each. */
const CONNECTIONS = 10

/** A parent that is busy elsewhere, or that waits for an answer before it reads on. */
const undrainedStderr: Scenario = {
  id: 'undrained-stderr',
  what: 'one instance, whose parent does not read its stderr for a while',
  instances: 1,
  readiness: 'start/within-budget',
  ordinary: false,
  async drive(stage) {
    const life = await stage.launch()
    if (!(await life.ready())) return
    await fillStderr(life, stage)
    await stage.stop(life)
  },
}

async function fillStderr(life: Life, { contract }: Stage): Promise<void> {
  const timeoutMs = contract.budgets.soonMs
  const path = unknownPath().padEnd(LOGGED_PATH_BYTES, '-')
  const ask = (requests: number) =>
    life.client.volley({ purpose: 'load', path, requests, connections: CONNECTIONS, timeoutMs })
  const before = life.received('stderr')
  await ask(SAMPLES)
  // Answered after them: what they had logged has come by then.
  if (!(await stillAnswers(life, timeoutMs))) return
  const bytesEach = (life.received('stderr') - before) / SAMPLES
  life.reading('stderr', 'paused')
  const enough = bytesEach === 0 ? 0 : Math.ceil(FILLING_BYTES[life.transport] / bytesEach)
  for (let sent = 0; sent < Math.min(enough, MOST_REQUESTS); sent += CONNECTIONS) {
    const volley = await ask(CONNECTIONS)
    if (volley === null || volley.answered < volley.requests) break
  }
  await stillAnswers(life, timeoutMs)
  life.reading('stderr', 'resumed')
}

/** What the logs clauses need beside the lives of the others. */
export function logsScenarios(_contract: Contract): readonly Scenario[] {
  return [closedPipes, undrainedStderr]
}
