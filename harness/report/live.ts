import { firstEvent } from '../recording/query.ts'
import type { EventOf, LifeEvent, StreamName } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import { Redaction } from '../text/redaction.ts'
import { LiveLines } from './live-lines.ts'
import { describeLook } from './looks.ts'
import type { Paint, Style } from './paint.ts'
import { describeEvent, type TimelineEntry } from './timeline.ts'

/**
 * What was written comes through a pipe, and what happens is known at once: so long both wait, to be shown in their
 * order. Nobody sees the difference.
 */
const ORDER_MS = 30
/** `+12.34 s`, `descriptors`: what stands before the text. */
const TIME_WIDTH = 8
const WHAT_WIDTH = 11
/** A line of a log is shown as far as a wide terminal shows it. */
const TEXT_CHARACTERS = 512

const STYLES: Partial<Record<string, Style>> = {
  stdout: 'cyan',
  stderr: 'gray',
  announced: 'green',
  ready: 'green',
  waited: 'red',
  failed: 'red',
  killed: 'red',
  left: 'red',
}

/** Of these a person who watches learns nothing: they are looks, told of by what they found. */
const UNTOLD: readonly LifeEvent['type'][] = [
  'tree',
  'listeners',
  'usage',
  'connected',
  'request',
  'raw-exchange',
  'ended',
]

const NOTHING_SECRET = new Redaction([])

/** Shows a life while it is lived: a line for each thing that happens, in the order in which it happened. */
export class LiveTimeline {
  readonly #write: (text: string) => void
  readonly #paint: Paint
  readonly #events: LifeEvent[] = []
  readonly #entries: (TimelineEntry & { readonly atMs: number })[] = []
  readonly #waiting: (TimelineEntry & { readonly atMs: number })[] = []
  readonly #streams: Record<StreamName, LiveLines>
  #timer: NodeJS.Timeout | null = null
  #redaction: () => Redaction = () => NOTHING_SECRET

  constructor(write: (text: string) => void, paint: Paint) {
    this.#write = write
    this.#paint = paint
    const show = (stream: StreamName) =>
      new LiveLines(stream, ({ atMs, text }) => this.#add(atMs, { what: stream, text }))
    this.#streams = { stdout: show('stdout'), stderr: show('stderr') }
  }

  /** What is secret is shown to nobody, and neither kept. Asked again and again: more may be known later. */
  redactBy(redaction: () => Redaction): void {
    this.#redaction = redaction
  }

  onEvent(event: LifeEvent): void {
    this.#events.push(event)
    const told = this.#describe(event)
    if (told !== null) this.#add(event.atMs, told)
  }

  onOutput(stream: StreamName, chunk: Buffer, atMs: number): void {
    this.#streams[stream].push(chunk, atMs)
  }

  /** Shows what still waits to be put in order. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const entries = this.#waiting.splice(0).sort((a, b) => a.atMs - b.atMs)
    if (entries.length === 0) return
    const redaction = this.#redaction()
    for (const entry of entries) {
      const told = { ...entry, text: redaction.text(entry.text) }
      this.#entries.push(told)
      this.#write(`${this.#render(told)}\n`)
    }
  }

  /** Shows what there is left to show, and comes back with all that was shown. */
  end(): readonly TimelineEntry[] {
    const atMs = this.#events.at(-1)?.atMs ?? 0
    for (const lines of Object.values(this.#streams)) lines.end(atMs)
    this.flush()
    // What was a secret only showed later, in some: a token that is logged before it is announced.
    const redaction = this.#redaction()
    return this.#entries.map(({ atMs: _, ...entry }) => ({ ...entry, text: redaction.text(entry.text) }))
  }

  #describe(event: LifeEvent): Omit<TimelineEntry, 'sinceLaunchMs'> | null {
    const life = { events: this.#events }
    if (event.type === 'response' || event.type === 'request-failed') {
      const asked = this.#events.find(
        (each): each is EventOf<'request'> => each.type === 'request' && each.request === event.request,
      )
      return asked === undefined ? null : describeEvent(asked, life)
    }
    if (UNTOLD.includes(event.type)) return null
    if (event.type === 'port-freed' && event.free) return null
    if (event.type === 'litter' && event.files.length === 0) return null
    if (event.type === 'leftovers' && event.processes.length === 0) return null
    // The launched process itself was told of by then.
    const isOwn =
      (event.type === 'process-started' || event.type === 'process-ended') &&
      event.process.pid === firstEvent(life, 'launched')?.pid
    return isOwn ? null : (describeEvent(event, life) ?? describeLook(event))
  }

  #add(atMs: number, { what, text }: Omit<TimelineEntry, 'sinceLaunchMs'>): void {
    const sinceLaunchMs = Math.max(0, atMs - (this.#events[0]?.atMs ?? atMs))
    this.#waiting.push({ atMs, sinceLaunchMs, what, text: printable(text, TEXT_CHARACTERS) })
    this.#timer ??= setTimeout(() => this.flush(), ORDER_MS)
  }

  #render({ sinceLaunchMs, what, text }: TimelineEntry): string {
    const time = this.#paint('gray', `+${duration(sinceLaunchMs)}`.padStart(TIME_WIDTH))
    const style = STYLES[what]
    const label = what.padEnd(WHAT_WIDTH)
    return `${time}  ${style === undefined ? label : this.#paint(style, label)}  ${text}`.trimEnd()
  }
}
