import type { MatcherState, SyncMatcherResult } from 'vitest'
import type { ClauseId } from '../contract/catalogue.ts'
import type { ClauseResult } from '../gate/clause-result.ts'
import { explainBriefly, tell } from '../report/explain.ts'
import { isSidecar } from '../sidecar/brand.ts'
import type { RunningSidecar } from '../sidecar/running.ts'
import { PlainError } from '../text/plain-error.ts'
import { printable } from '../text/printable.ts'

/** It was not the sidecar that was wrong: nobody could tell. */
export class NotJudgedError extends PlainError {
  override readonly name = 'NotJudgedError'
  override readonly blame = 'machine'
}

/** What clauses of the catalogue say of its life so far. */
export function fromClauses(
  state: MatcherState,
  sidecar: RunningSidecar,
  clauses: readonly ClauseId[],
  heading: string,
): SyncMatcherResult {
  return fromResults(
    state,
    sidecar,
    clauses.map(id => sidecar.judge(id)),
    heading,
  )
}

/** It holds where none of them is broken: at whatever level, and waived or not. */
export function fromResults(
  { isNot }: MatcherState,
  sidecar: RunningSidecar,
  results: readonly ClauseResult[],
  heading: string,
): SyncMatcherResult {
  const broken = results.find(({ expected }) => expected !== null)
  const unjudged = results.find(({ outcome }) => outcome === 'skipped' || outcome === 'blocked')
  if (broken === undefined && unjudged !== undefined) {
    const { id, reason, blockedBy } = unjudged
    const why = reason ?? `${blockedBy} does not hold: it did not end by itself`
    throw new NotJudgedError(`${id} could not be judged: ${why}.\n\n${sidecar.timeline()}`)
  }
  const seen = results.map(({ id, observed }) => tell('seen', `${id}: ${observed}`))
  const lines = broken === undefined || isNot ? seen : [explainBriefly(broken)]
  return verdict(sidecar, broken === undefined, heading, lines)
}

/** What a matcher says, with the timeline where nobody else tells it. */
export function verdict(
  sidecar: RunningSidecar,
  pass: boolean,
  heading: string,
  lines: readonly string[],
): SyncMatcherResult {
  // Fixtures tell it below the error, when the whole life is over.
  const timeline = sidecar.isTold ? [] : ['', sidecar.timeline()]
  return { pass, message: () => [heading, ...lines, ...timeline].join('\n') }
}

export function tellBoth({ isNot }: MatcherState, expected: string, seen: string): readonly string[] {
  return [tell('expected', isNot ? `not: ${expected}` : expected), tell('seen', seen)]
}

export function not(isFalse: boolean): string {
  return isFalse ? ' not' : ''
}

/** Throws TypeError for anything else. */
export function expectSidecar(received: unknown, matcher: string): RunningSidecar {
  if (isSidecar(received)) return received
  throw new TypeError(
    `expect(…).${matcher}() takes a sidecar, from the fixtures \`sidecar\`, \`sharedSidecar\` and \`fleet\` or from launch(), and got ${describe(received)}.`,
  )
}

function describe(value: unknown): string {
  return value instanceof Promise ? 'a promise: await it first' : printable(String(value))
}
