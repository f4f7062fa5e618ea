import type { Listener, ProcessInfo, Usage } from '../host/host.ts'
import { Deadline } from './deadline.ts'
import { lookUp, type Observed } from './look.ts'

/** Short beside a start that a person waits for, and long beside the milliseconds of one look. */
const LOOK_EVERY_MS = 40
/** Long enough to tell work from a moment's work. */
const LOAD_WINDOW_MS = 500
/** Of one core: below the first it rests, from the second on it turns in a loop or works hard. */
const LOAD = { rests: 0.05, works: 0.8 }

/**
 * Looks again and again, until `over`, and records what has changed: processes that came or went, sockets on which
 * somebody listens now or no more, and how hard it all works.
 */
export function watchClosely(observed: Observed, over: Promise<unknown>): Promise<void> {
  return lookUp('what changes', observed.recorder, async () => {
    const processes = new Difference<ProcessInfo>(({ pid, startedAt }) => `${pid} ${startedAt}`)
    const listeners = new Difference<Listener>(({ address, port, pid }) => `${address} ${port} ${pid}`)
    const load = new Load(observed)
    do {
      const tree = await observed.host.tree(observed.identity)
      const pids = tree.map(({ pid }) => pid)
      const { came, went } = processes.to(tree)
      for (const process of came) observed.recorder.record({ type: 'process-started', process })
      for (const process of went) observed.recorder.record({ type: 'process-ended', process })
      const sockets = listeners.to(await observed.host.listeners(pids))
      for (const listener of sockets.came) observed.recorder.record({ type: 'listener-opened', listener })
      for (const listener of sockets.went) observed.recorder.record({ type: 'listener-closed', listener })
      await load.look(pids)
    } while (!(await new Deadline(LOOK_EVERY_MS).before(over)))
  })
}

/** What came and what went between two looks. */
class Difference<T> {
  readonly #keyOf: (item: T) => string
  #known: ReadonlyMap<string, T> = new Map()

  constructor(keyOf: (item: T) => string) {
    this.#keyOf = keyOf
  }

  to(items: readonly T[]): { readonly came: readonly T[]; readonly went: readonly T[] } {
    const before = this.#known
    const now = new Map(items.map(item => [this.#keyOf(item), item]))
    this.#known = now
    return {
      came: [...now].filter(([key]) => !before.has(key)).map(([, item]) => item),
      went: [...before].filter(([key]) => !now.has(key)).map(([, item]) => item),
    }
  }
}

type Level = 'rests' | 'some' | 'works'

/** How much of a processor a tree takes: told when that becomes another kind of much. */
class Load {
  readonly #observed: Observed
  #since: { readonly atMs: number; readonly cpuMs: number } | null = null
  #level: Level | null = null

  constructor(observed: Observed) {
    this.#observed = observed
  }

  async look(pids: readonly number[]): Promise<void> {
    const { host, recorder } = this.#observed
    const atMs = recorder.now()
    const since = this.#since
    if (since !== null && atMs - since.atMs < LOAD_WINDOW_MS) return
    const usage = await host.usage(pids)
    const cpuMs = sum(usage, each => each.cpuMs)
    this.#since = { atMs, cpuMs }
    if (since === null || usage.length === 0) return
    // A process that has gone takes its time along.
    const cores = Math.max(0, cpuMs - since.cpuMs) / (atMs - since.atMs)
    const level: Level = cores < LOAD.rests ? 'rests' : cores < LOAD.works ? 'some' : 'works'
    if (level === this.#level) return
    this.#level = level
    recorder.record({ type: 'load', cores, residentBytes: sum(usage, each => each.residentBytes) })
  }
}

function sum(usage: readonly Usage[], of: (each: Usage) => number): number {
  return usage.reduce((total, each) => total + of(each), 0)
}
