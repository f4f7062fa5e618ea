/** Something that happens once. Whoever waits before or after gets the same value. */
export class Signal<T> {
  #value: T | undefined
  #isSet = false
  #wake: (value: T) => void = () => {}
  readonly #promise: Promise<T> = new Promise(resolve => {
    this.#wake = resolve
  })

  get isSet(): boolean {
    return this.#isSet
  }

  get value(): T | undefined {
    return this.#value
  }

  set(value: T): void {
    if (this.#isSet) return
    this.#isSet = true
    this.#value = value
    this.#wake(value)
  }

  wait(): Promise<T> {
    return this.#promise
  }
}

/** So much time and no more. */
export class Deadline {
  readonly #budgetMs: number

  constructor(budgetMs: number) {
    this.#budgetMs = Math.max(0, budgetMs)
  }

  /** Whether the promise settles in time. The timer goes when the promise does: nothing is kept waiting. */
  async before(promise: Promise<unknown>): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<false>(resolve => {
      timer = setTimeout(() => resolve(false), this.#budgetMs)
    })
    try {
      return await Promise.race([promise.then(() => true as const), late])
    } finally {
      clearTimeout(timer)
    }
  }
}
