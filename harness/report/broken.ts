import { type Blockade, groupByBlocker } from '../gate/blockades.ts'
import type { ClauseResult, Outcome } from '../gate/clause-result.ts'
import type { Verdict } from '../gate/verdict.ts'
import { explainFailure, tell } from './explain.ts'
import { MARKS, type Paint } from './paint.ts'
import { reproduce } from './reproduce.ts'
import { count, nameClauses, wrap } from './words.ts'

/** Below what was expected and seen. */
const VALUE_INDENT = tell('', '')

/** In this order: what keeps a release back comes last, where a terminal stands when it is done. */
const SHOWN: readonly Outcome[] = ['waived', 'warn', 'fail']

export interface BrokenOptions {
  readonly paint: Paint
  readonly verbose: boolean
  /** Put before every heading: whose promise it was. */
  readonly of: string
}

/**
 * What did not hold, and what could not be judged because of that. A paragraph each; among those of one outcome the
 * root cause first.
 */
export function renderBroken(verdict: Verdict, { paint, verbose, of }: BrokenOptions): readonly string[] {
  const blockades = groupByBlocker(verdict.clauses)
  const byBlocker = new Map(blockades.map(blockade => [blockade.blocker, blockade]))
  const weight = (clause: ClauseResult) => byBlocker.get(clause)?.blocked.length ?? 0
  const broken = SHOWN.flatMap(outcome =>
    verdict.clauses.filter(clause => clause.outcome === outcome).sort((a, b) => weight(b) - weight(a)),
  )
  const others = blockades.filter(({ blocker }) => !broken.includes(blocker))
  return [
    ...renderStale(verdict, paint, of),
    ...others.map(blockade => {
      const { mark, style } = MARKS.blocked
      const heading = paint(style, `${mark} ${of}${blockade.blocker.id} (${blockade.blocker.outcome})`)
      return [heading, ...renderBlocked(blockade, verdict, paint, verbose)].join('\n')
    }),
    ...broken.map(clause =>
      [
        explain(clause, paint, of),
        ...renderBlocked(byBlocker.get(clause), verdict, paint, verbose),
        tell('again', reproduce(verdict, clause.id)),
      ].join('\n'),
    ),
  ]
}

function explain(clause: ClauseResult, paint: Paint, of: string): string {
  const { mark, style } = MARKS[clause.outcome]
  const [heading = '', ...rest] = explainFailure(clause).split('\n')
  return [paint(style, `${mark} ${of}${heading}`), ...rest].join('\n')
}

/** One line for all that a clause blocks: five dozen that say the same would hide the one that matters. */
function renderBlocked(
  blockade: Blockade | undefined,
  { unproven }: Verdict,
  paint: Paint,
  verbose: boolean,
): string[] {
  if (blockade === undefined) return []
  const ids = blockade.blocked.map(({ id }) => id)
  const told = tell('blocks', `${count(ids.length, 'clause')}, which could not be judged:`)
  const names = verbose
    ? ['', ...wrap(ids, VALUE_INDENT.length)].join(`\n${VALUE_INDENT}`)
    : ` ${nameClauses(ids, told.length)}`
  const needed = ids.filter(id => unproven.includes(id)).length
  if (needed === 0) return [told + names]
  const { mark, style } = MARKS.fail
  const why = `${mark} the gate fails: ${needed} of these ${needed === 1 ? 'has' : 'have'} to hold, and no waiver covers ${needed === 1 ? 'it' : 'them'}`
  return [told + names, `    ${paint(style, why)}`]
}

function renderStale({ staleWaivers, strict }: Verdict, paint: Paint, of: string): string[] {
  if (staleWaivers.length === 0) return []
  const { mark, style } = strict ? MARKS.fail : MARKS.waived
  const what = staleWaivers.length === 1 ? 'a waiver is' : `${staleWaivers.length} waivers are`
  const told = `${mark} ${of}${what} stale, because what is excused holds: take it out of \`waive\``
  return [[paint(style, told), ...wrap(staleWaivers, 4).map(line => `    ${line}`)].join('\n')]
}
