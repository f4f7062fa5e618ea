import { type RunnerTestCase, recordArtifact } from 'vitest'
import type { Case } from '../sidecar/errors.ts'
import type { RunningSidecar } from '../sidecar/running.ts'
import { keepRecording } from './attach.ts'

/** What a test has launched: its lives are told, and kept, when it fails. */
interface Book {
  /** On performance.now(), and on Date.now(). */
  readonly begunAtMs: number
  readonly begunAt: number
  readonly sidecars: RunningSidecar[]
  /** Starts that came to nothing. */
  readonly failures: Case[]
}

const books = new WeakMap<object, Book>()
/** What the tests of a file share. */
const shared = new Map<string, RunningSidecar[]>()

/** Takes note of a test that begins, or is tried again. */
export function openBook(test: Readonly<RunnerTestCase>): void {
  books.set(test, { begunAtMs: performance.now(), begunAt: Date.now(), sidecars: [], failures: [] })
}

/** When a test, or its latest attempt, began: on Date.now(). */
export function begunAt(test: Readonly<RunnerTestCase>): number {
  return bookOf(test).begunAt
}

/** Takes note of what a test launched. */
export function noteSidecars(test: Readonly<RunnerTestCase>, sidecars: readonly RunningSidecar[]): void {
  bookOf(test).sidecars.push(...sidecars)
  for (const sidecar of sidecars) sidecar.isTold = true
}

/** Takes note of a start that failed in a test. */
export function noteFailure(test: Readonly<RunnerTestCase>, failure: Case): void {
  bookOf(test).failures.push(failure)
}

/** Takes note of what all tests of a file may use. */
export function noteShared(specFile: string, sidecar: RunningSidecar): void {
  shared.set(specFile, [...(shared.get(specFile) ?? []), sidecar])
  sidecar.isTold = true
}

/**
 * Says in the error of a test that failed what its sidecars did, and when; keeps their recordings, and attaches them.
 * Called when the test's own sidecars have ended: all that there is of them is told.
 */
export async function tellFailure(test: Readonly<RunnerTestCase>): Promise<void> {
  const { begunAtMs, sidecars, failures } = bookOf(test)
  // What did nothing meanwhile explains nothing.
  const involved = (shared.get(test.file.filepath) ?? []).filter(
    ({ lastSeenAtMs }) => lastSeenAtMs >= begunAtMs,
  )
  const all = [...sidecars, ...involved]
  await Promise.all(involved.map(sidecar => sidecar.catchUp()))
  const cases = [...all.map(sidecar => sidecar.toCase()), ...failures]
  const [first] = cases
  if (first === undefined) return
  const { tellTimeline } = await import('../sidecar/errors.ts')
  const { toGateRecording } = await import('../sidecar/keep.ts')
  const raws = all.map(sidecar => sidecar.raw())
  const timelines = cases.map(tellTimeline)
  const kept = await keepRecording(test, await toGateRecording(cases, raws), timelines.join('\n\n'))
  append(test, timelines, `    recording  ${kept.shown}`)
  await recordArtifact(test as RunnerTestCase, {
    type: 'sidecar-harness:recording',
    directory: kept.directory,
    attachments: [{ path: kept.timelineFile, contentType: 'text/plain' }],
  })
}

/** To the first error of this attempt; what tells its sidecar's timeline itself does not get it again. */
function append({ result }: Readonly<RunnerTestCase>, timelines: readonly string[], where: string): void {
  const earlier = (result?.attempts ?? []).flatMap(attempt => attempt.errors ?? []).length
  const errors = result?.errors?.slice(earlier) ?? []
  const [first] = errors
  if (first === undefined) return
  const untold = timelines.filter(
    timeline => !errors.some(({ message }) => message.includes(headingOf(timeline))),
  )
  first.message = [first.message, ...untold.map(timeline => `\n${timeline}`), where].join('\n')
}

function headingOf(timeline: string): string {
  return timeline.slice(0, timeline.indexOf('\n'))
}

function bookOf(test: object): Book {
  const book = books.get(test)
  if (book === undefined) throw new Error('a test launches what no book is kept of')
  return book
}
