import type { StopSignal } from '../contract/contract.ts'
import type { Scenario } from './scenario.ts'

/**
 * Where in a start-up the signals come, as parts of the time from launch to announcement: at once, while it loads, and
 * when it is all but ready. No SIGINT in the first half: an interpreter that is still loading itself may lose it.
 */
const MOMENTS: readonly { readonly part: number; readonly signal: StopSignal }[] = [
  { part: 0, signal: 'SIGTERM' },
  { part: 0.2, signal: 'SIGTERM' },
  { part: 0.5, signal: 'SIGINT' },
  { part: 0.8, signal: 'SIGTERM' },
  { part: 0.95, signal: 'SIGINT' },
]

/** An app that is closed as soon as it was opened, and a sidecar that has not even read its settings yet. */
export const duringStartup: Scenario = {
  id: 'during-startup',
  what: `a signal before it is ready, at ${MOMENTS.length} moments of its start-up`,
  instances: 1,
  readiness: null,
  ordinary: false,
  async drive(stage) {
    const { budgets, stop } = stage.contract
    for (const [index, { part, signal }] of MOMENTS.entries()) {
      if (!stop.signals.includes(signal) || !stage.heeds(signal)) continue
      const life = await stage.launch({ instance: index + 1 })
      // It may be quicker than all before it.
      await life.announcesWithin(part * stage.announcedMs)
      life.signal(signal)
      const patienceMs = life.announcement === null ? budgets.soonMs : budgets.graceMs
      // What does not end once need not be waited for again.
      if (!(await life.exits(patienceMs))) return
    }
  },
}

/** As Tauri's `kill` ends a sidecar, and the system when memory runs out: nothing that it would do at its end is done. */
export const killed: Scenario = {
  id: 'killed',
  what: 'killed outright',
  instances: 1,
  readiness: 'start/within-budget',
  ordinary: false,
  async drive(stage) {
    const { soonMs } = stage.contract.budgets
    const life = await stage.launch()
    if (!(await life.ready())) return
    // Known from now on is also who, without parent and group, could not be told from a stranger any more.
    await life.look('ready')
    life.signal('SIGKILL')
    if (await life.exits(soonMs)) await life.vanishes(soonMs)
  },
}

/** An app that crashes, or is ended in the task manager, asks nobody to stop: its sidecar has to notice. */
export const parentDeath: Scenario = {
  id: 'parent-death',
  what: 'launched by a parent that holds all its pipes, and is killed outright',
  instances: 1,
  // That parent's pipes are sockets: who does not start with these is not judged by it.
  readiness: null,
  ordinary: false,
  async drive(stage) {
    const { budgets, announce } = stage.contract
    const { soonMs } = budgets
    if (announce.on.kind === 'descriptor') {
      return stage.isImpossible(
        'a parent in between cannot pass on the descriptor that it announces itself on',
      )
    }
    const life = await stage.launch({ throughParent: true })
    if (!(await life.ready())) return
    await life.look('ready')
    life.signal('SIGKILL')
    stage.waits()
    if (await life.exits(soonMs)) await life.vanishes(soonMs)
  },
}
