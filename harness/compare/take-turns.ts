import { perform, type RecordedLife } from '../gate/perform.ts'
import type { Host } from '../host/host.ts'
import type { Subject } from '../life/plan.ts'
import { openSession, type Session } from '../life/session.ts'
import { isReady } from '../recording/query.ts'
import type { Conditions } from '../recording/recording.ts'
import { ignoredItsEnd, plainLife } from './plain-life.ts'

/** What takes turns with another. */
export interface Turner {
  readonly subject: Subject
  /** Under which it starts. */
  readonly conditions: Conditions
}

export interface TurnsOptions {
  readonly old: Turner
  readonly new: Turner
  /** Lives of each, in one round. */
  readonly runs: number
  /** Rounds at most. */
  readonly rounds: number
  /** Whether another round is needed, by the lives so far. */
  needsMore(old: readonly RecordedLife[], now: readonly RecordedLife[]): boolean
  readonly host: Host
  readonly keepsRaw: boolean
  readonly signal?: AbortSignal | undefined
  onTurn?(done: number, of: number): void
}

export interface Turns {
  readonly session: string
  readonly old: readonly RecordedLife[]
  readonly new: readonly RecordedLife[]
  readonly durationMs: number
}

/**
 * Lives of two binaries, one at a time, in turns: old, new, new, old, and so on. A machine that is busy for a while, or
 * gets slower as it gets warm, harms both alike. A first life of each is lived and not kept: its file may still have to
 * come from the disk. Where either does not become ready in that, nor in a second one, there are no others.
 */
export async function takeTurns(options: TurnsOptions): Promise<Turns> {
  const begunAtMs = performance.now()
  const session = await openSession({ host: options.host })
  const interrupt = () => {
    for (const life of session.lives) life.kill('the comparison was interrupted')
  }
  options.signal?.addEventListener('abort', interrupt)
  try {
    const sides = {
      old: new Side(options.old, session, options),
      new: new Side(options.new, session, options),
    }
    const { runs, rounds, needsMore, signal, onTurn = () => {} } = options
    const comesUp = [await sides.old.comesUp(), await sides.new.comesUp()].every(isUp => isUp)
    const kept = { old: sides.old.forget(), new: sides.new.forget() }
    let round = 0
    while (comesUp && round < rounds && !signal?.aborted) {
      if (round > 0 && !needsMore(sides.old.recorded, sides.new.recorded)) break
      round++
      for (const [index, side] of turns(runs).entries()) {
        onTurn((round - 1) * 2 * runs + index, round * 2 * runs)
        await sides[side].lives()
      }
    }
    return {
      session: session.id,
      // What did not come up at all is kept, and shows why nothing was measured.
      ...(comesUp ? { old: sides.old.recorded, new: sides.new.recorded } : kept),
      durationMs: performance.now() - begunAtMs,
    }
  } finally {
    options.signal?.removeEventListener('abort', interrupt)
    await session.close()
  }
}

function turns(runs: number): readonly ('old' | 'new')[] {
  return Array.from({ length: runs }, (_, pair) =>
    pair % 2 === 0 ? (['old', 'new'] as const) : (['new', 'old'] as const),
  ).flat()
}

/** So that no two lives of a session have the same name. */
const launchedIn = new WeakMap<Session, number>()

class Side {
  recorded: RecordedLife[] = []
  readonly #turner: Turner
  readonly #session: Session
  readonly #options: TurnsOptions
  #stops = true

  constructor(turner: Turner, session: Session, options: TurnsOptions) {
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
    const { lives } = await perform(plainLife(number, this.#stops), {
      ...this.#turner,
      session: this.#session,
      attempt: 1,
      isFirst: false,
      keepsRaw: this.#options.keepsRaw,
      witness: undefined,
      announcedMs: 0,
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
