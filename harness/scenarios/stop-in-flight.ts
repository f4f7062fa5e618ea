import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import type { StopSignal } from '../contract/contract.ts'
import type { Life } from '../life/life.ts'
import type { Scenario, Stage } from './scenario.ts'

/** A window of a web app opens six connections to one host. */
const REQUESTS_AT_THE_SIGNAL = 6

/** Requests are under way when the signal comes: a slow one where the contract names one, and some quick ones. */
export function stopInFlight(signal: StopSignal): Scenario {
  return {
    id: `in-flight-${signal.toLowerCase()}`,
    what: `stopped by ${signal} while requests are under way`,
    instances: 1,
    readiness: 'start/within-budget',
    ordinary: true,
    stopsBy: signal,
    async drive(stage) {
      const { graceMs } = stage.contract.budgets
      const life = await stage.launch()
      if (!(await life.ready())) return
      const slow = await askSlowly(life, stage)
      const quick: Promise<unknown>[] = []
      for (let count = 0; count < REQUESTS_AT_THE_SIGNAL; count++) {
        quick.push(life.client.send({ purpose: 'under way', timeoutMs: graceMs }))
        // So that the signal finds them in different states: connecting, asking, being answered.
        await nextTurn()
      }
      life.signal(signal)
      stage.waits()
      await Promise.all([slow.answered, ...quick, life.exits(graceMs)])
    },
  }
}

/** So much later a person presses Ctrl-C again; a busy machine, too, has handed over the first signal by then. */
const NEXT_SIGNAL_AFTER_MS = 100

/**
 * Lives on top of one for each sequence, where the slow request had been answered before the second signal: the slow
 * path of a sidecar takes some hundred milliseconds, and a busy machine can keep the harness for as long.
 */
const MORE_TRIES = 2

interface Sent {
  readonly signal: StopSignal
  readonly to?: 'group'
}

/**
 * Signals on top of the first, while something keeps it from ending. On Ctrl-C a terminal sends SIGINT to all that it
 * runs, the app too, and the app then stops its sidecar in its own way.
 */
export const repeatedSignal: Scenario = {
  id: 'repeated-signal',
  what: "a second signal while it is still stopping: the same, the other, and the app's on top of Ctrl-C",
  instances: 1,
  readiness: 'start/within-budget',
  ordinary: false,
  async drive(stage) {
    let endsTooSoon = false
    const sequences = sequencesOf(stage)
    let moreTries = 0
    for (const [index, signals] of sequences.entries()) {
      // What had ended before a second signal the first time does so the next time, too.
      if (endsTooSoon && signals[0]?.to !== 'group') continue
      for (let instance = index + 1; ; instance = sequences.length + moreTries) {
        const life = await stage.launch({ instance })
        if (!(await life.ready())) return
        const { wasThere, wasLate } = await sendOneByOne(life, signals, stage)
        // What goes wrong once, and uses up the whole grace period, need not be waited for again.
        if (!life.hasExited) return
        if (!wasLate || moreTries === MORE_TRIES) {
          endsTooSoon ||= !wasThere
          break
        }
        moreTries++
      }
    }
  },
}

/** The app's own comes second, be it the same as the terminal's or the other. */
function sequencesOf({ contract, heeds }: Stage): readonly (readonly Sent[])[] {
  const signals = contract.stop.signals.filter(heeds)
  const [first, other] = signals
  if (first === undefined) return []
  const sequences: Sent[][] = [[{ signal: first }, { signal: first }]]
  if (other !== undefined) sequences.push([{ signal: other }, { signal: first }])
  if (signals.includes('SIGINT')) sequences.push([{ signal: 'SIGINT', to: 'group' }, { signal: 'SIGINT' }])
  return sequences
}

interface Repeated {
  /** False when it was gone before the second one. */
  readonly wasThere: boolean
  /** What was to keep it from ending had been answered before the second one: it met a sidecar with nothing to do. */
  readonly wasLate: boolean
}

async function sendOneByOne(life: Life, signals: readonly Sent[], stage: Stage): Promise<Repeated> {
  const slow = await askSlowly(life, stage)
  if (slow.answered === null) {
    await life.client.hold('half a request head')
    await life.client.check()
  }
  let wasThere = true
  let wasLate = false
  for (const [index, { signal, to = 'leader' }] of signals.entries()) {
    if (index > 0) await delay(NEXT_SIGNAL_AFTER_MS)
    // After a pause that was too long the loop runs timers first: what came of the sidecar meanwhile, it reads after them.
    await nextTurn()
    wasThere = !life.hasExited
    wasLate = slow.isAnswered()
    life.signal(signal, to)
    stage.waits()
  }
  await Promise.all([slow.answered, life.exits(stage.contract.budgets.graceMs)])
  return { wasThere, wasLate }
}

/** On a machine that is busy enough the slow one can be answered before those that are to show that it is under way. */
const SLOW_TRIES = 3

interface SlowRequest {
  /** Settles when it is over; null where no slow path is named. */
  readonly answered: Promise<unknown> | null
  /** It has its answer, be it what it may; not when it was cut off. */
  isAnswered(): boolean
}

/**
 * Sends the request that the contract names as slow, and comes back when it is in the server's hands: connections are
 * accepted, and read, in their order, so that of two later ones that were answered, one after the other, the second
 * came after it in each.
 */
async function askSlowly(life: Life, { contract }: Stage): Promise<SlowRequest> {
  const { slowPath } = contract.stop
  if (slowPath === null) return { answered: null, isAnswered: () => false }
  const { readyMs, graceMs } = contract.budgets
  for (let attempt = 1; ; attempt++) {
    let outcome: 'under way' | 'answered' | 'cut off' = 'under way'
    const timeoutMs = readyMs + graceMs
    const answered = life.client.send({ purpose: 'under way', path: slowPath, timeoutMs }).then(status => {
      outcome = status === null ? 'cut off' : 'answered'
    })
    const isAnswered = (): boolean => outcome === 'answered'
    await life.client.check()
    await life.client.check()
    if (outcome === 'under way' || attempt === SLOW_TRIES || life.hasExited) return { answered, isAnswered }
  }
}
