import { eventsOf, firstEvent, isReady } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { type Clause, fail, pass, skipped } from './clause.ts'
import { describeProcesses, nothingLeft, notSeen } from './leftovers.ts'
import { whyNotReady } from './words.ts'

const KILLED = 'killed'
const PARENT_DEATH = 'parent-death'

const killed: Clause = {
  id: 'stop/killed',
  scenarios: [KILLED],
  judge(input) {
    const [life] = input.livesOf(KILLED)
    const killedAtMs = life === undefined ? null : momentOfKill(life)
    if (life === undefined || killedAtMs === null) return skipped('it had exited before it could be killed')
    const leftovers = firstEvent(life, 'leftovers')
    if (leftovers === null) return notSeen([life])
    if (leftovers.processes.length > 0) {
      const port = firstEvent(life, 'port-freed')
      const left = new Set(leftovers.processes.map(({ pid }) => pid))
      const holder = port?.holders.find(({ pid }) => left.has(pid))
      const held = holder === undefined ? '' : `; ${holder.pid} listens on ${holder.address}:${port?.port}`
      return fail(
        `nothing of its tree is left ${duration(input.contract.budgets.soonMs)} after SIGKILL`,
        `still alive ${duration(leftovers.atMs - killedAtMs)} after it: ${describeProcesses(leftovers.processes)}${held}`,
        { life, atMs: leftovers.atMs },
      )
    }
    const gone = firstEvent(life, 'tree-gone')
    return pass(
      gone === null
        ? nothingLeft(input)
        : `${nothingLeft(input)} ${duration(gone.atMs - killedAtMs)} after SIGKILL`,
    )
  },
}

const parentDeath: Clause = {
  id: 'stop/parent-death',
  scenarios: [PARENT_DEATH],
  judge(input) {
    const [life] = input.livesOf(PARENT_DEATH)
    if (life === undefined) return skipped('no life was recorded')
    if (!isReady(life)) {
      return skipped(`launched by another parent, it did not become ready: ${whyNotReady(life)}`)
    }
    const sidecar = firstEvent(life, 'found-behind-parent')?.process
    const killedAtMs = momentOfKill(life)
    if (sidecar === undefined || killedAtMs === null) return notSeen([life])
    const { soonMs } = input.contract.budgets
    const expected = `it ends by itself within ${duration(soonMs)} after its parent was killed outright`
    const leftovers = firstEvent(life, 'leftovers')
    const gone = firstEvent(life, 'tree-gone')
    if (leftovers === null) return notSeen([life])
    if (gone === null || leftovers.processes.length > 0) {
      if (leftovers.processes.length === 0 && eventsOf(life, 'lookup-failed').length > 0)
        return notSeen([life])
      const itself = leftovers.processes.some(({ pid }) => pid === sidecar.pid)
      const observed = itself
        ? `still running: ${describeProcesses(leftovers.processes)}`
        : leftovers.processes.length > 0
          ? `it ended, and left behind: ${describeProcesses(leftovers.processes)}`
          : `it had not ended by then; ${duration(leftovers.atMs - killedAtMs)} after the kill it had`
      return fail(expected, observed, { life, atMs: leftovers.atMs })
    }
    return pass(`gone ${duration(gone.atMs - killedAtMs)} after its parent`)
  },
}

/** When SIGKILL reached what was launched; null where that had ended before. */
function momentOfKill(life: LifeRecording): number | null {
  const sent = eventsOf(life, 'signal').find(({ signal, delivered }) => signal === 'SIGKILL' && delivered)
  return sent?.atMs ?? null
}

export const abruptClauses: readonly Clause[] = [killed, parentDeath]
