import { printable } from '../text/printable.ts'
import { firstEvent, sinceLaunch } from './query.ts'
import type { LifeRecording, StreamName } from './recording.ts'

/** The end of what a life had written to a stream by some moment. */
export interface LastLines {
  readonly lines: readonly TimedLine[]
  /** How many stand before these; blank ones do not count. */
  readonly earlier: number
}

export interface TimedLine {
  readonly sinceLaunchMs: number
  /** Printable, and cut where it is long. */
  readonly text: string
}

/** What a programmer reads first of a crash: an error with the top of its stack, or the step before it hung. */
const LAST_LINES = 5

/**
 * What stood last on a stream at a moment of a life, `untilMs` after its launch. Of one that had exited by then,
 * everything counts: its last words are often read after its exit is known.
 */
export function lastLinesOf(life: LifeRecording, stream: StreamName, untilMs: number): LastLines {
  const { lines, omittedLines } = life[stream]
  const exit = firstEvent(life, 'exit')
  const hadExited = exit !== null && sinceLaunch(life, exit.atMs) <= untilMs
  const by = lines.filter(({ atMs }) => hadExited || sinceLaunch(life, atMs) <= untilMs)
  const told = by.filter(({ text }) => text.trim() !== '')
  const last = told.slice(-LAST_LINES)
  // What is cut out of a long stream stood in its middle.
  const omitted = by.length > lines.length / 2 ? omittedLines : 0
  return {
    lines: last.map(({ atMs, text }) => ({ sinceLaunchMs: sinceLaunch(life, atMs), text: printable(text) })),
    earlier: told.length - last.length + omitted,
  }
}
