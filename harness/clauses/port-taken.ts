import { eventsOf, firstEvent, isReady } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { HOLDINGS } from '../scenarios/port-refusals.ts'
import { blocked, type Clause, type JudgeInput, pass } from './clause.ts'
import { askedFor, describeRefusals, judgeRefusal, NOT_ASKED } from './refusal.ts'
import { socket } from './words.ts'

export const taken: Clause = {
  id: 'port/taken',
  scenarios: HOLDINGS.map(({ scenario }) => scenario),
  needs: ['port/explicit'],
  unplanned: NOT_ASKED,
  judge(input) {
    // One that takes another port whatever it is asked for has not found this one taken.
    if (!input.holds('port/explicit')) return blocked('port/explicit')
    const lives = HOLDINGS.flatMap(({ scenario }) => input.livesOf(scenario))
    const refused: LifeRecording[] = []
    const beside: LifeRecording[] = []
    for (const life of lives) {
      if (servesBeside(life, input)) {
        beside.push(life)
        continue
      }
      const cause = `asked for port ${askedFor(life)}, which another program holds on ${heldOn(life)}`
      const finding = judgeRefusal(life, cause, input, port => announcedAllTheSame(life, port))
      if (finding !== null) return finding
      refused.push(life)
    }
    const refusals =
      refused.length === 0 ? [] : [`a port held on ${describeRefusals(refused, heldOn, input)}`]
    return pass([...refusals, ...beside.map(describeNeighbour)].join('; '))
  },
}

/**
 * Linux gives 127.0.0.1:p away while somebody else has [::1]:p, and macOS while somebody has all addresses. A server
 * that never listens on ::1 has not found its port taken there, and as long as it is itself that answers where it has
 * announced it leads nobody astray. One that usually has both, and now makes do with one, has lost half of its clients.
 */
function servesBeside(life: LifeRecording, input: JudgeInput): boolean {
  const announced = firstEvent(life, 'announcement')
  // The other program hangs up on everybody, so a good answer is its own.
  if (!isReady(life) || announced === null || String(announced.port) !== askedFor(life)) return false
  if (firstEvent(life, 'request')?.address === heldOn(life)) return false
  return !sharesPort(life) && !input.readyLives.some(usual => listensOn(usual, heldOn(life)))
}

/** Whether it listens on its port there. */
function listensOn(life: LifeRecording, where: string): boolean {
  const announced = firstEvent(life, 'announcement')
  return eventsOf(life, 'listeners').some(({ listeners }) =>
    listeners.some(({ address, port }) => address === where && port === announced?.port),
  )
}

/** It listens where the other program does: Linux lets two that both set SO_REUSEPORT. */
function sharesPort(life: LifeRecording): boolean {
  return listensOn(life, heldOn(life))
}

/** What it means that it announced a port, though the one that it was asked for is taken. */
function announcedAllTheSame(life: LifeRecording, port: number | null): string {
  if (String(port) !== askedFor(life)) return `it announced port ${port} instead`
  const allTheSame = 'it announced that port all the same'
  if (sharesPort(life)) {
    return `${allTheSame}, and listens there too, as two instances of it would (SO_REUSEPORT): each gets a part of the connections`
  }
  if (!isReady(life)) return `${allTheSame}, where the other program answers`
  const dialled = firstEvent(life, 'request')?.address
  return `${allTheSame}, and makes do with ${dialled}: who takes localhost for ${heldOn(life)} reaches the other program`
}

/** Where the other program listened. */
function heldOn(life: LifeRecording): string {
  return firstEvent(life, 'launch')?.heldOn ?? ''
}

function describeNeighbour(life: LifeRecording): string {
  const dialled = firstEvent(life, 'request')
  const where = dialled === null ? '' : ` on ${socket(dialled)}`
  return `beside another program on ${heldOn(life)} it serves${where} itself`
}
