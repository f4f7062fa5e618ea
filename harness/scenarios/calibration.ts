import type { Scenario } from './scenario.ts'

/**
 * Not the sidecar at all: a program that does nothing but announce, answer and end. Performed when something of the
 * sidecar's came too late, so that the report can tell whether this machine is late itself.
 */
export const calibration: Scenario = {
  id: 'lateness',
  what: 'a program that does nothing else, to measure the machine',
  instances: 1,
  readiness: null,
  ordinary: false,
  async drive(stage) {
    const life = await stage.calibrate()
    if (!(await life.ready())) return
    life.signal('SIGTERM')
    await life.exits(stage.contract.budgets.graceMs)
  },
}
