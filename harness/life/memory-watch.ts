import { availableMemory } from 'node:process'
import { totalBytes } from '../recording/usage.ts'
import { lookUp, type Observed } from './look.ts'

/** A program that touches page after page takes some 2 GiB in a second: a quarter of one between two looks. */
const LOOK_EVERY_MS = 125
/** What a life may have of the memory that is free at its launch, where its contract names no cap. */
const SHARE = 0.5

/** A life that may take so much memory and no more. */
export interface Bounded {
  readonly observed: Observed
  /** Null for half of what is free now. */
  readonly capBytes: number | null
  /** It has more: called once. */
  outgrown(bytes: number, capBytes: number): void
}

/**
 * Ends lives that take more memory than the machine can give: before the kernel does, which may choose the harness, or
 * whatever else runs here. As long as no more has gone from the whole machine than the smallest cap there is nobody to look
 * at, so that a look costs one file of the system's, however many lives there are.
 */
export class MemoryWatch {
  readonly #bounded = new Map<Bounded, number>()
  #timer: NodeJS.Timeout | null = null
  #mostFree = 0
  #free = 0
  #askedAtMs = Number.NEGATIVE_INFINITY
  #isLooking = false

  /** Watches a life until the function that comes back is called. */
  watch(bounded: Bounded): () => void {
    // Not asked for each of a hundred lives that are launched together: that reads five files of the system's.
    const free = performance.now() - this.#askedAtMs < LOOK_EVERY_MS ? this.#free : this.#askFree()
    if (this.#bounded.size === 0) this.#mostFree = free
    this.#bounded.set(bounded, bounded.capBytes ?? free * SHARE)
    this.#timer ??= setInterval(() => void this.#look(), LOOK_EVERY_MS).unref()
    return () => {
      this.#bounded.delete(bounded)
      if (this.#bounded.size > 0 || this.#timer === null) return
      clearInterval(this.#timer)
      this.#timer = null
    }
  }

  #askFree(): number {
    this.#free = availableMemory()
    this.#askedAtMs = performance.now()
    return this.#free
  }

  async #look(): Promise<void> {
    const free = this.#askFree()
    // What others have given back meanwhile, somebody here may have taken.
    this.#mostFree = Math.max(this.#mostFree, free)
    const gone = this.#mostFree - free
    const suspects = [...this.#bounded].filter(([, capBytes]) => gone >= capBytes)
    if (this.#isLooking || suspects.length === 0) return
    this.#isLooking = true
    try {
      for (const [bounded, capBytes] of suspects) await this.#weigh(bounded, capBytes)
    } finally {
      this.#isLooking = false
    }
  }

  #weigh(bounded: Bounded, capBytes: number): Promise<void> {
    const { host, identity, recorder } = bounded.observed
    return lookUp('memory', recorder, async () => {
      const tree = await host.tree(identity)
      const bytes = totalBytes(await host.usage(tree.map(({ pid }) => pid)))
      if (bytes <= capBytes || !this.#bounded.delete(bounded)) return
      bounded.outgrown(bytes, capBytes)
    })
  }
}
