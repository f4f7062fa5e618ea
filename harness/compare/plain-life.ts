import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RecordedLife } from '../gate/perform.ts'
import type { Life } from '../life/life.ts'
import { ignoredSignals } from '../recording/query.ts'
import { PLAIN } from '../recording/recording.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { READY } from './life-facts.ts'

/** What is done in one turn. `stops`: it is told to stop; otherwise it is known not to heed that, and is killed. */
export type TurnLife = (instance: number, stops: boolean) => Scenario

/** A life of one instance, in which this is done once it is ready. */
export function lifeWith(what: string, whenReady: (life: Life) => Promise<void>): TurnLife {
  return (instance, stops) => ({
    ...{ id: PLAIN, what, instances: 1, readiness: null, ordinary: true },
    async drive(stage) {
      const life = await stage.launch({ instance })
      if (!(await life.ready())) return
      await whenReady(life)
      // What it has written by now is read before it is told.
      await nextTurn()
      if (stops) await stage.stop(life)
      else life.kill('it does not end in time when it is told to')
    },
  })
}

/** The shortest life that shows all: launched, looked at when it is ready, told to stop. */
export const plainLife: TurnLife = lifeWith('one instance, started and stopped', async life => {
  await life.look(READY)
  await life.measure(READY)
})

/** It was told to stop, and had not when the time for that was over: nobody waits for it a second time. */
export function ignoredItsEnd({ recording }: RecordedLife): boolean {
  return (
    ignoredSignals(recording).length > 0 ||
    recording.events.some(event => event.type === 'deadline' && event.waitedFor === 'exit')
  )
}
