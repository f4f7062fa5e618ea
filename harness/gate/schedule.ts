/** One thing to run, as wide as it is: a fleet of three takes three places, or all there are. */
export interface Task {
  readonly width: number
  run(place: Place): Promise<void>
}

/** Where a task runs. */
export interface Place {
  /** From here on it does next to nothing but wait: others may run in its place. */
  leave(): void
  /** Comes back when it has a place, where it had left that. */
  reenter(): Promise<void>
}

/** For what runs by itself: there is nobody to leave it to. */
export const OWN_PLACE: Place = { leave() {}, async reenter() {} }

/**
 * Who waits needs no processor, and all the memory that it has: of sidecars that take long to stop there are not to be fifty
 * at a time.
 */
const MOST_WAITING_PER_PLACE = 2

/**
 * Runs tasks side by side in at most `places` places, widest first, so that a fleet does not come last and
 * alone. Starts nothing more once `stopped` says so. Rejects with the first error, when all are done.
 */
export async function runSideBySide(
  tasks: readonly Task[],
  places: number,
  stopped: () => boolean,
): Promise<void> {
  const waiting = [...tasks].sort((a, b) => b.width - a.width)
  const errors: unknown[] = []
  const room = new Room(places)
  while (waiting.length > 0 && errors.length === 0 && !stopped()) {
    const next = waiting.findIndex(({ width }) => room.has(width))
    if (next === -1) {
      await room.change()
      continue
    }
    const [task] = waiting.splice(next, 1)
    if (task !== undefined) room.run(task, error => errors.push(error))
  }
  await room.empty()
  if (errors.length > 0) throw errors[0]
}

/** So many places, who is in them, and who has left and wants back in. */
class Room {
  readonly #places: number
  readonly #running = new Set<Promise<void>>()
  /** What has begun goes before what has not. */
  readonly #returning: { readonly width: number; readonly enter: () => void }[] = []
  #free: number
  #outside = 0
  #changed = Promise.withResolvers<void>()

  constructor(places: number) {
    this.#places = places
    this.#free = places
  }

  has(width: number): boolean {
    return this.#returning.length === 0 && this.#free >= Math.min(width, this.#places)
  }

  /** Comes back when somebody has left, or is done. */
  change(): Promise<void> {
    return this.#changed.promise
  }

  async empty(): Promise<void> {
    await Promise.all(this.#running)
  }

  run(task: Task, onError: (error: unknown) => void): void {
    const width = Math.min(task.width, this.#places)
    let isInside = true
    this.#free -= width
    const place: Place = {
      leave: () => {
        if (!isInside || this.#outside + width > MOST_WAITING_PER_PLACE * this.#places) return
        isInside = false
        this.#outside += width
        this.#vacate(width)
      },
      reenter: async () => {
        if (isInside) return
        const entered = Promise.withResolvers<void>()
        const enter = () => {
          isInside = true
          this.#outside -= width
          entered.resolve()
        }
        this.#returning.push({ width, enter })
        this.#vacate(0)
        await entered.promise
      },
    }
    const done = task
      .run(place)
      .catch(onError)
      .finally(() => {
        this.#running.delete(done)
        if (!isInside) this.#outside -= width
        this.#vacate(isInside ? width : 0)
      })
    this.#running.add(done)
  }

  #vacate(width: number): void {
    this.#free += width
    for (const next of [...this.#returning]) {
      if (next.width > this.#free) break
      this.#returning.shift()
      this.#free -= next.width
      next.enter()
    }
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }
}
