import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Endpoint, Grammar, Reading } from '../contract/announcement.ts'
import type { Contract } from '../contract/contract.ts'
import type { Listener } from '../host/host.ts'
import type { AnnouncedBy, StreamName } from '../recording/recording.ts'
import { Deadline, Signal } from './deadline.ts'
import type { LaunchRequest } from './launch.ts'
import { LineWatcher } from './line-watcher.ts'
import { lookUp, type Observed } from './look.ts'
import { fillIn, type Places } from './places.ts'
import type { Subject } from './plan.ts'
import type { Target } from './target.ts'

/** A port file is written once, at a start that takes tens of milliseconds; a look costs some 0.1 ms. */
const FILE_PAUSE_MS = 5
/** A look at the kernel's tables costs some milliseconds of a core that the sidecar wants too. */
const TABLE_PAUSE_MS = 20
/** More is no port file; what a sidecar writes there is not to fill our memory. */
const LONGEST_FILE_BYTES = 64 * 1024

/** An announcement, and what follows from it. */
export interface Heard {
  /** Where it is asked. */
  readonly target: Target
  readonly by: AnnouncedBy
  /** As it was announced, less its secret. */
  readonly endpoint: Omit<Endpoint, 'token'>
  /** When its line could be read, where it was a line. */
  readonly atMs?: number
}

/** Reads the announcement from where the contract says it is, and tells of it once. */
export class Announcer {
  readonly #contract: Contract
  readonly #grammar: Grammar
  readonly #hear: (heard: Heard) => void
  readonly #lines = new LineWatcher()
  readonly #read: (line: string) => Reading
  /** It has announced itself, or need not any more. */
  readonly #over = new Signal<void>()
  #watching: Promise<void> = Promise.resolve()
  #headers: Readonly<Record<string, string>> = {}
  #secret: string | null = null

  constructor({ contract, grammar }: Subject, hear: (heard: Heard) => void) {
    this.#contract = contract
    this.#grammar = grammar
    this.#hear = hear
    this.#read = grammar.begin()
  }

  /** What the contract has every request carry, once its placeholders are known. */
  get headers(): Readonly<Record<string, string>> {
    return this.#headers
  }

  /** Announced for the app alone: it is kept out of all recordings. */
  get secret(): string | null {
    return this.#secret
  }

  /** The descriptor that it is given to announce itself on, if any. */
  furtherDescriptor(now: () => number): Pick<LaunchRequest, 'further'> {
    const { on } = this.#contract.announce
    if (on.kind !== 'descriptor') return {}
    const onOutput = (chunk: Buffer) => this.#receive('descriptor', chunk, now())
    return { further: { descriptor: on.descriptor, onOutput } }
  }

  /** Reads the lines that this chunk completes, in the tick in which it came: of the stream that is the right one. */
  receive(stream: StreamName, chunk: Buffer, atMs: number): void {
    if (this.#contract.announce.on.kind === stream) this.#receive(stream, chunk, atMs)
  }

  /** Where no stream tells, somebody has to look. */
  watch(observed: Observed, places: Places): void {
    const { announce, net } = this.#contract
    if (announce.on.kind === 'file') {
      this.#watching = this.#watchFile(fillIn(announce.on.path, places))
    } else if (announce.on.kind === 'listener') {
      const wanted = { port: places.port, others: net.ports }
      this.#watching = lookUp('listeners', observed.recorder, () => this.#watchListeners(observed, wanted))
    }
    // Its end is waited for in stop(): until then a fault of it is nobody's.
    this.#watching.catch(() => {})
  }

  /** Nothing can come any more. */
  giveUp(): void {
    this.#over.set()
  }

  /** Gives up, and comes back when nobody looks any more. */
  async stop(): Promise<void> {
    this.#over.set()
    await this.#watching
  }

  #receive(by: AnnouncedBy, chunk: Buffer, atMs: number): void {
    if (this.#over.isSet) return
    for (const line of this.#lines.push(chunk)) {
      const reading = this.#read(line)
      if (reading.kind !== 'announcement') continue
      this.#announce(reading, by, atMs)
      return
    }
  }

  /** Looks for a file until it holds an announcement, or until what is waited with is over. */
  async #watchFile(path: string): Promise<void> {
    let before: string | null = null
    while (!this.#over.isSet) {
      const content: string | null = await readBeginning(await findFile(path))
      // One that is being written may end in the middle of its port: it has to be the same twice, or to end its line.
      if (content !== null && (content === before || content.endsWith('\n'))) {
        const reading = this.#readWhole(content)
        if (reading !== null) return this.#announce(reading, 'file')
      }
      before = content
      await new Deadline(FILE_PAUSE_MS).before(this.#over.wait())
    }
  }

  /** Looks where its processes listen until one of them does, or until what is waited with is over. */
  async #watchListeners({ host, identity }: Observed, wanted: Wanted): Promise<void> {
    while (!this.#over.isSet) {
      const tree = await host.tree(identity)
      const listeners = await host.listeners(tree.map(({ pid }) => pid))
      const found = choose(listeners, wanted)
      if (found !== null) return this.#announce({ port: found.port, host: found.address }, 'listener')
      await new Deadline(TABLE_PAUSE_MS).before(this.#over.wait())
    }
  }

  /** The first of its lines that announces, or all of it: an object may stand on several lines. */
  #readWhole(content: string): Endpoint | null {
    for (const text of [...content.split(/\r?\n/), content]) {
      const reading = this.#grammar.read(text)
      if (reading.kind === 'announcement') return reading
    }
    return null
  }

  #announce({ port, host, socket, secure, token }: Endpoint, by: AnnouncedBy, atMs?: number): void {
    this.#over.set()
    const { health } = this.#contract
    this.#secret = token ?? null
    const fill = (value: string) =>
      value.replaceAll('{port}', String(port ?? '')).replaceAll('{token}', token ?? '')
    this.#headers = Object.fromEntries(
      Object.entries(health.headers).map(([name, value]) => [name, fill(value)]),
    )
    const place = { port, host, ...(socket === undefined ? {} : { socket }) }
    const isSecure = health.secure ?? secure ?? false
    this.#hear({
      target: { ...place, ...(isSecure ? { secure: true } : {}) },
      endpoint: { ...place, ...(secure === undefined ? {} : { secure }) },
      by,
      ...(atMs === undefined ? {} : { atMs }),
    })
  }
}

/** Which listening socket is the one that is meant. */
export interface Wanted {
  /** What it was asked for, if any. */
  readonly port: string | null
  /** Those that the contract knows for other things. */
  readonly others: readonly number[]
}

/** The port that was asked for; otherwise any that is not known for something else. IPv4 first: it is what apps dial. */
function choose(listeners: readonly Listener[], { port, others }: Wanted): Listener | null {
  const isCertain = port !== null && port !== '0'
  const meant = listeners.filter(each =>
    isCertain ? String(each.port) === port : !others.includes(each.port),
  )
  return meant.find(({ address }) => !address.includes(':')) ?? meant[0] ?? null
}

/** The file that is meant by a name with * in it: servers put their process's id there. */
async function findFile(path: string): Promise<string | null> {
  const [before = '', after] = basename(path).split('*')
  if (after === undefined) return path
  const directory = dirname(path)
  const names = (await unlessAbsent(readdir(directory))) ?? []
  const name = names.sort().find(each => isBetween(each, before, after))
  return name === undefined ? null : join(directory, name)
}

function isBetween(name: string, before: string, after: string): boolean {
  return name.startsWith(before) && name.endsWith(after) && name.length >= before.length + after.length
}

async function readBeginning(path: string | null): Promise<string | null> {
  if (path === null || (await unlessAbsent(stat(path)))?.isFile() !== true) return null
  const file = await unlessAbsent(open(path))
  if (file === null) return null
  try {
    const buffer = Buffer.alloc(LONGEST_FILE_BYTES)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** What is read, or null for what is not there yet, or is just being replaced. */
async function unlessAbsent<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR'].includes(code)) return null
    throw error
  }
}
