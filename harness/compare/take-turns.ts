import { perform, type RecordedLife } from '../gate/perform.ts'
import { OWN_PLACE } from '../gate/schedule.ts'
import type { Host } from '../host/host.ts'
import type { Subject } from '../life/plan.ts'
import { openSession, type Session } from '../life/session.ts'
import { isReady } from '../recording/query.ts'
import type { Conditions } from '../recording/recording.ts'
import { ignoredItsEnd, plainLife, type TurnLife } from './plain-life.ts'

/** What takes turns with another. */
export interface Turner {
  readonly subject: Subject
  /** Under which it starts. */
  readonly conditions: Conditions
  /** What is done in a life of it: the shortest that shows all, where nothing is said. */
  readonly life?: TurnLife
}

export interface TurnsOptions<Name extends string> {
  /** Two of them or more, by what they are called. */
  readonly sides: Readonly<Record<Name, Turner>>
  /** Lives of each, in one round. */
  readonly runs: number
  /** Rounds at most. */
  readonly rounds: number
  /** Whether another round is needed, by the lives so far. */
  needsMore(lives: TurnLives<Name>): boolean
  readonly host: Host
  readonly keepsRaw: boolean
  readonly signal?: AbortSignal | undefined
  onTurn?(done: number, of: number): void
}

/** Of each side as many, in the order of the turns. */
export type TurnLives<Name extends string> = Readonly<Record<Name, readonly RecordedLife[]>>

export interface Turns<Name extends string> {
  readonly session: string
  readonly lives: TurnLives<Name>
  /** Whether all became ready at all; where not, the lives are the few that show it. */
  readonly cameUp: boolean
  readonly durationMs: number
}

/**
 * Lives of some programs, one at a time, in turns: old, new, new, old, and so on. A machine that is busy for a while, or
 * gets slower as it gets warm, harms all alike. A first life of each is lived and not kept: its file may still have to
 * come from the disk. Where any does not become ready in that, nor in a second one, there are no others.
 */
export async function takeTurns<Name extends string>(options: TurnsOptions<Name>): Promise<Turns<Name>> {
  const begunAtMs = performance.now()
  const session = await openSession({ host: options.host })
  const interrupt = () => {
    for (const life of session.lives) life.kill('taking turns was interrupted')
  }
  options.signal?.addEventListener('abort', interrupt)
  try {
    const names = Object.keys(options.sides) as Name[]
    const each = <T>(what: (name: Name) => T) =>
      Object.fromEntries(names.map(name => [name, what(name)])) as Record<Name, T>
    const sides = each(name => new Side(options.sides[name], session, options))
    const { runs, rounds, needsMore, signal, onTurn = () => {} } = options
    let cameUp = true
    for (const name of names) cameUp = (await sides[name].comesUp()) && cameUp
    const first = each(name => sides[name].forget())
    const recorded = () => each(name => sides[name].recorded)
    let round = 0
    while (cameUp && round < rounds && !signal?.aborted) {
      if (round > 0 && !needsMore(recorded())) break
      round++
      for (const [index, name] of turns(names, runs).entries()) {
        onTurn((round - 1) * names.length * runs + index, round * names.length * runs)
        await sides[name].lives()
      }
    }
    return {
      session: session.id,
      // What did not come up at all is kept, and shows why nothing was measured.
      lives: cameUp ? recorded() : first,
      cameUp,
      durationMs: performance.now() - begunAtMs,
    }
  } finally {
    options.signal?.removeEventListener('abort', interrupt)
    await session.close()
  }
}

function turns<Name extends string>(names: readonly Name[], runs: number): readonly Name[] {
  return Array.from({ length: runs }, (_, turn) => (turn % 2 === 0 ? names : names.toReversed())).flat()
}

/** So that no two lives of a session have the same name. */
const launchedIn = new WeakMap<Session, number>()

type LifeOptions = Pick<TurnsOptions<string>, 'keepsRaw' | 'signal'>

class Side {
  recorded: RecordedLife[] = []
  readonly #turner: Turner
  readonly #session: Session
  readonly #options: LifeOptions
  #stops = true

  constructor(turner: Turner, session: Session, options: LifeOptions) {
    this.#turner = turner
    this.#session = session
    this.#options = options
  }

  /** Whether it becomes ready at all: one that sometimes does not is measured all the same. */
  async comesUp(): Promise<boolean> {
    return (await this.lives()) || (await this.lives())
  }

  /** One life of it. Whether it became ready. */
  async lives(): Promise<boolean> {
    const isStopped = () => this.#options.signal?.aborted ?? false
    if (isStopped()) return false
    const number = (launchedIn.get(this.#session) ?? 0) + 1
    launchedIn.set(this.#session, number)
    const { life = plainLife, subject, conditions } = this.#turner
    const { lives } = await perform(life(number, this.#stops), {
      ...{ subject, conditions },
      session: this.#session,
      attempt: 1,
      isFirst: false,
      keepsRaw: this.#options.keepsRaw,
      witness: undefined,
      announcedMs: 0,
      place: OWN_PLACE,
      heeds: () => true,
      stopped: isStopped,
    })
    // What was cut short by the interruption proves nothing.
    if (isStopped()) return false
    this.recorded.push(...lives)
    if (lives.some(ignoredItsEnd)) this.#stops = false
    return lives.every(({ recording }) => isReady(recording))
  }

  forget(): readonly RecordedLife[] {
    const lives = this.recorded
    this.recorded = []
    return lives
  }
}
