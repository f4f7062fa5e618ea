import { stripVTControlCharacters } from 'node:util'
import type { ClauseId } from '../contract/catalogue.ts'
import { firstDemand } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { printable } from '../text/printable.ts'
import type { Fix, KnownFailure } from './known-failure.ts'

/** A line in which a loader, a runtime or the kernel says what is wrong. */
export interface Saying {
  /** What a group of the pattern found: a module's name, a path. Empty where it has none. */
  readonly what: string
  /** The line, between quotation marks. */
  readonly quoted: string
}

/** A stack is shorter, and what was said longer ago was lived through. */
const LOOKED_AT = 200

/**
 * What was written before anybody told it to stop, the last first: what comes after that is about the stop. On stdout
 * too, where the JVM says why it does not start.
 */
function saidBefore(life: LifeRecording): readonly string[] {
  const until = firstDemand(life)?.atMs ?? Number.POSITIVE_INFINITY
  return [life.stdout, life.stderr]
    .flatMap(({ lines }) =>
      lines.filter(({ atMs, text }) => atMs <= until && text.trim() !== '').slice(-LOOKED_AT),
    )
    .map(({ text }) => stripVTControlCharacters(text))
    .reverse()
}

/** `  code: 'EADDRINUSE',`: Node and Bun write an error's properties below it, which tell less than its message. */
const PROPERTY = /^\s+\w+: /

/** The last line that fits; null for none. */
export function sayingOf(life: LifeRecording | null, pattern: RegExp): Saying | null {
  const line = life === null ? undefined : saidBefore(life).find(text => pattern.test(text))
  return line === undefined ? null : read(line, pattern)
}

function read(line: string, pattern: RegExp): Saying {
  const what =
    pattern
      .exec(line)
      ?.slice(1)
      .find(group => group !== undefined) ?? ''
  return { what: printable(what), quoted: `"${printable(line.trim())}"` }
}

/** A failure that has a name in the platform's own words: never in those of a sidecar's author. */
export interface Utterance {
  readonly id: string
  readonly says: RegExp
  readonly title: string
  /** The title with what was found in it, where that is not empty. */
  readonly cause?: (what: string) => string
  readonly fix: Fix
  readonly sources: readonly string[]
}

/**
 * Known failures of these clauses, each recognised by what is said in the life in which it was seen. Where several fit,
 * the one that was said last: a module that is optional may be missing, and a port that is in use end it.
 */
export function recognisedBySaying(
  clauses: readonly ClauseId[],
  utterances: readonly Utterance[],
): readonly KnownFailure[] {
  const lastOf = (life: LifeRecording) => {
    for (const line of saidBefore(life)) {
      const utterance = utterances.find(({ says }) => says.test(line))
      if (utterance === undefined) continue
      const telling = saidBefore(life).find(each => utterance.says.test(each) && !PROPERTY.test(each))
      return { utterance, saying: read(telling ?? line, utterance.says) }
    }
    return null
  }
  return utterances.map(utterance => {
    const { says: _, cause, ...known } = utterance
    return {
      ...known,
      clauses,
      recognise({ life }) {
        const last = life === null ? null : lastOf(life)
        if (last === null || last.utterance !== utterance) return null
        const { what, quoted } = last.saying
        const told = cause === undefined || what === '' ? {} : { cause: cause(what) }
        return { ...told, evidence: [`it said ${quoted}`] }
      },
    }
  })
}
