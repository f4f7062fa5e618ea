import { straysOn } from '../clauses/stdout.ts'
import type { Evidence } from '../recording/evidence.ts'
import { eventsOf } from '../recording/query.ts'
import type { LifeRecording, Line } from '../recording/recording.ts'

/** The lines of a life that are out of place. */
export interface Strays {
  readonly life: LifeRecording
  readonly lines: readonly Line[]
}

/** Both may have come in one piece, at the same time: their order counts. */
export function isBeforeAnnouncement(line: Line, { stdout: { lines } }: LifeRecording): boolean {
  const announced = lines.findIndex(({ reading }) => reading.kind === 'announcement')
  return announced !== -1 && lines.indexOf(line) < announced
}

/** A path that it was asked for, with a method or a status: what access logs are made of. */
export function namesRequests({ lines, life }: Strays): boolean {
  const paths = eventsOf(life, 'request').map(({ path }) => path)
  return lines.some(
    ({ text }) =>
      paths.some(path => path.length > 1 && text.includes(path)) &&
      /\b(GET|POST|OPTIONS|HEAD|[1-5]\d\d)\b/.test(text),
  )
}

/** What a request has it write is written as soon as that comes, or is answered: on a busy machine that takes a while. */
const SOON_MS = 1_000

/** Whether every line is the same, and came right after a request; of these there were at least two. */
export function followsEachRequest({ lines, life }: Strays): boolean {
  const requests = eventsOf(life, 'request')
  const texts = new Set(lines.map(({ text }) => text.replace(/\d+/g, '#')))
  return (
    requests.length >= 2 &&
    lines.length === requests.length &&
    texts.size === 1 &&
    lines.every(({ atMs }, index) => {
      const askedMs = requests[index]?.atMs ?? Number.POSITIVE_INFINITY
      const nextMs = requests[index + 1]?.atMs ?? Number.POSITIVE_INFINITY
      return atMs >= askedMs && atMs < Math.min(askedMs + SOON_MS, nextMs)
    })
  )
}

/** So many that a line for each of them is no accident. */
const MANY_REQUESTS = 10
/** The last ones may come too late to be logged. */
const NEARLY_ALL = 0.9

/** Whether in a life with many requests there are as many lines too, and a few where there were few. */
export function isOneForEach({ lives, contract }: Evidence): boolean {
  const counts = lives.map(life => ({
    asked: countRequests(life),
    written: straysOn(life, contract).others.length + life.stdout.omittedLines,
  }))
  return counts.some(({ asked, written }) => asked >= MANY_REQUESTS && written >= asked * NEARLY_ALL)
}

function countRequests(life: LifeRecording): number {
  const volleys = eventsOf(life, 'volley').filter(({ of }) => of === 'sidecar')
  return eventsOf(life, 'request').length + volleys.reduce((sum, { requests }) => sum + requests, 0)
}
