import type { Contract } from '../../../../harness/contract/contract.ts'
import { aProcess, type Script } from '../recordings.ts'
import { signalOf } from './signal.ts'
import type { SoundLives } from './sound-lives.ts'

export const soundStopLives: SoundLives = (id, contract, ready, begin) => {
  const { signals, requests } = contract.stop
  const [first = 'SIGTERM', other = first] = signals
  switch (id.replace(/-sig(term|int)$/, '')) {
    case 'idle-connections':
      return [ready(id).isHeldOpen(IDLE).isAsked('check').stopsOn(signalOf(id))]
    case 'silent-connections':
      return [ready(id).isHeldOpen().isAsked('check').stopsOn(signalOf(id))]
    case 'in-flight':
      return [ends(isBusy(ready(id), contract).isBusyWith('/health').isSent(signalOf(id)))]
    case 'repeated-signal': {
      const hold = (instance: number) => holdOpen(ready(`${id}.${instance}`), contract)
      const lives = [
        ends(hold(1).isSent(first).after(100).isSent(first)),
        ends(hold(2).isSent(other).after(100).isSent(first)),
      ]
      if (!signals.includes('SIGINT')) return lives
      return [...lives, ends(hold(3).isSent('SIGINT', { to: 'group' }).after(100).isSent('SIGINT'))]
    }
    case 'requested':
      return requests.map((request, index) => {
        const life = ready(`${id}.${index + 1}`)
        if (request.kind !== 'http') life.isTold(request.kind === 'line' ? 'line' : 'closed')
        else life.isAsked('stop', { status: 202, body: '{}' }, { method: request.method, path: request.path })
        return life.after(6).exits(0).leaves()
      })
    case 'during-startup':
      // The first two come before it has a handler.
      return [0, 8, 20, 32, 38].map((afterMs, index) => {
        const signal = index % 2 === 0 ? first : other
        const life = begin(`${id}.${index + 1}`)
          .after(afterMs)
          .isSent(signal)
        return life
          .after(2)
          .exits(index < 2 ? signal : 0)
          .leaves()
      })
    case 'killed':
      return [ready(id).isSeen().isSent('SIGKILL').after(1).exits('SIGKILL').isGone().leaves()]
    case 'parent-death': {
      const life = ready(id)
        .isSeen({ processes: [aProcess(500, 'parent'), SIDECAR] })
        .isBehindParent(SIDECAR)
      return [life.isSent('SIGKILL').after(1).exits('SIGKILL').isGone(250).leaves()]
    }
    case 'stop-sighup':
      return [ready(id).isSent('SIGHUP').after(5).exits(0).leaves()]
    default:
      return null
  }
}

const IDLE = ['answered and kept alive', 'answered and kept alive'] as const

/** What the parent of `parent-death` has launched. */
const SIDECAR = { ...aProcess(600), parentPid: 500 }

/** A slow request is under way where the contract names one. */
function isBusy(life: Script, { stop }: Contract): Script {
  return stop.slowPath === null ? life : life.isBusyWith(stop.slowPath).isAsked('check').isAsked('check')
}

function holdOpen(life: Script, contract: Contract): Script {
  if (contract.stop.slowPath !== null) return isBusy(life, contract)
  return life.isHeldOpen(['half a request head']).isAsked('check')
}

/** It ends once it has answered what is under way, which takes some time. */
function ends(life: Script): Script {
  return life.after(300).isDoneWithAll().after(2).exits(0).leaves()
}
