import { summariseLife } from '../gate/life-summary.ts'
import { endedByItself, eventsOf, firstDemand, firstEvent, isReady } from '../recording/query.ts'
import type { EventOf, LifeRecording } from '../recording/recording.ts'
import { totalBytes } from '../recording/usage.ts'
import { type HealthFacts, readHealth } from './health-facts.ts'
import { type Own, shapeOf } from './shape.ts'

/** How often something came in a life. */
export type Tally = Readonly<Record<string, number>>

/** One life that became ready, as far as it can be compared with one of another binary. */
export interface LifeFacts {
  readonly id: string
  readonly announcedMs: number | null
  readonly readyMs: number | null
  /** Null where it did not end by itself when it was told to. */
  readonly stopMs: number | null
  /** Of all its processes, when it was ready; null where nobody looked. */
  readonly residentBytes: number | null
  /** Shapes of lines, and how many of each. */
  readonly stdout: Tally
  readonly stderr: Tally
  /** Lines of each shape, as they were written. */
  readonly examples: Readonly<Record<string, readonly string[]>>
  /** Of a stream that was too long to be kept whole some lines are missing. */
  readonly isCut: boolean
  /** Addresses that it listened on, `127.0.0.1:{port}` for the announced one. Null where nobody looked. */
  readonly listeners: Tally | null
  /** Of the answer by which it was ready. */
  readonly health: HealthFacts | null
}

/** The facts of those lives that became ready. */
export function factsOf(lives: readonly LifeRecording[]): readonly LifeFacts[] {
  const ready = lives.filter(isReady)
  const isFixed = fixedPorts(ready)
  return ready.map(life => {
    const own: Own = { file: firstEvent(life, 'launch')?.file ?? null, port: announcedPort(life) }
    const { announcedMs, readyMs, stopMs } = summariseLife(life)
    const usage = eventsOf(life, 'usage').find(({ moment }) => moment === READY)
    return {
      id: life.id,
      announcedMs,
      readyMs,
      stopMs: endedByItself(life) ? stopMs : null,
      residentBytes: usage === undefined || usage.processes.length === 0 ? null : totalBytes(usage.processes),
      stdout: tally(life.stdout.lines.map(({ text }) => shapeOf(text, own))),
      stderr: tally(life.stderr.lines.map(({ text }) => shapeOf(text, own))),
      examples: examplesOf(life, own),
      isCut: life.stdout.omittedLines + life.stderr.omittedLines > 0,
      listeners: listenersOf(life, isFixed),
      health: healthOf(life, own),
    }
  })
}

/** When a life is looked at in a comparison, and in most scenarios of a gate. */
export const READY = 'ready'

function tally(words: readonly string[]): Tally {
  // A line can be `__proto__`.
  const counts: Record<string, number> = Object.create(null)
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

/** Enough to tell whether they are all alike, and whether all are allowed. */
const MOST_EXAMPLES = 20

function examplesOf(life: LifeRecording, own: Own): LifeFacts['examples'] {
  const examples: Record<string, string[]> = Object.create(null)
  for (const { text } of [...life.stdout.lines, ...life.stderr.lines]) {
    const shape = shapeOf(text, own)
    examples[shape] ??= []
    const known = examples[shape]
    if (known.length < MOST_EXAMPLES && !known.includes(text)) known.push(text)
  }
  return examples
}

function announcedPort(life: LifeRecording): number | null {
  return firstEvent(life, 'announcement')?.port ?? null
}

type Look = EventOf<'listeners'>

/** Looks at a life that serves: whoever is told to stop closes its ports. */
function looksAt(life: LifeRecording): readonly Look[] {
  const demand = firstDemand(life)?.atMs ?? Number.POSITIVE_INFINITY
  return eventsOf(life, 'listeners').filter(({ atMs }) => atMs <= demand)
}

/** Of each address the most that were seen at one moment. */
function listenersOf(life: LifeRecording, isFixed: (port: number) => boolean): Tally | null {
  const announced = announcedPort(life)
  const looks = looksAt(life).map(({ listeners }) =>
    tally(
      listeners.map(({ address, port }) => {
        const shown = address.includes(':') ? `[${address}]` : address
        return `${shown}:${port === announced ? '{port}' : isFixed(port) ? port : '{any}'}`
      }),
    ),
  )
  const [first] = looks
  if (first === undefined) return null
  const names = new Set(looks.flatMap(look => Object.keys(look)))
  return Object.fromEntries([...names].map(name => [name, Math.max(...looks.map(look => look[name] ?? 0))]))
}

/** A port beside the announced one that most lives have is theirs by choice; another one the system has picked. */
function fixedPorts(lives: readonly LifeRecording[]): (port: number) => boolean {
  const others = lives.map(life => {
    const ports = looksAt(life).flatMap(({ listeners }) => listeners.map(({ port }) => port))
    return new Set(ports.filter(port => port !== announcedPort(life)))
  })
  const having = others.filter(ports => ports.size > 0)
  return port => having.length > 1 && having.filter(ports => ports.has(port)).length > having.length / 2
}

function healthOf(life: LifeRecording, own: Own): HealthFacts | null {
  const ready = firstEvent(life, 'ready')?.atMs ?? 0
  const asked = eventsOf(life, 'request').filter(({ purpose }) => purpose === 'first' || purpose === 'retry')
  const answer = eventsOf(life, 'response').findLast(
    ({ atMs, request }) => atMs <= ready && asked.some(each => each.request === request),
  )
  return answer === undefined ? null : readHealth(answer.body, own)
}
