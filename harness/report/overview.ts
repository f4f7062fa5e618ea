import { GROUPS, groupOf, nameOf } from '../contract/clause-names.ts'
import type { ClauseResult, Outcome } from '../gate/clause-result.ts'
import { MARKS, type Paint } from './paint.ts'
import { count, ID_WIDTH, nameClauses, wrap } from './words.ts'

const GROUP_WIDTH = Math.max(...GROUPS.map(group => group.length))
/** `12 of 12`. */
const SHARE_WIDTH = 8

/** What marks a group where there is any of it in the group: the gravest first. */
const GRAVE: readonly Outcome[] = ['fail', 'warn', 'waived', 'blocked']

/**
 * A line for each group: what holds by its name, and what does not by its mark. Groups of which nothing was judged are
 * told of by the reason for that.
 */
export function renderGroups(clauses: readonly ClauseResult[], paint: Paint): readonly string[] {
  return GROUPS.flatMap(group => {
    const own = clauses.filter(({ id }) => groupOf(id) === group)
    const isJudged = own.some(({ outcome }) => outcome !== 'blocked' && outcome !== 'skipped')
    return isJudged ? [renderGroup(group, own, paint)] : []
  })
}

function renderGroup(group: string, own: readonly ClauseResult[], paint: Paint): string {
  const number = (outcome: Outcome) => own.filter(clause => clause.outcome === outcome).length
  const worst = GRAVE.find(outcome => number(outcome) > 0) ?? 'pass'
  const { mark, style } = MARKS[worst]
  const share = `${number('pass')} of ${own.length}`
  const head = ` ${group.padEnd(GROUP_WIDTH)}  ${share.padStart(SHARE_WIDTH)}  `
  const indent = mark.length + head.length
  const words = [
    ...own.filter(({ outcome }) => outcome !== 'blocked' && outcome !== 'skipped').map(nameInGroup),
    ...(['blocked', 'skipped'] as const).flatMap(outcome =>
      number(outcome) === 0 ? [] : [`${number(outcome)} ${outcome}`],
    ),
  ]
  const lines = wrap(words, indent).map(line => paint('gray', line))
  return `${paint(style, mark)}${head}${lines.join(`\n${' '.repeat(indent)}`)}`
}

function nameInGroup({ id, outcome }: ClauseResult): string {
  return outcome === 'pass' ? nameOf(id) : `${MARKS[outcome].mark} ${nameOf(id)}`
}

/** A line for each clause, with what was observed of those that hold. */
export function renderEach(clauses: readonly ClauseResult[], paint: Paint): readonly string[] {
  return clauses.map(({ id, outcome, observed, reason, blockedBy }) => {
    const { mark, style } = MARKS[outcome]
    const told =
      outcome === 'pass'
        ? observed
        : outcome === 'blocked'
          ? `blocked by ${blockedBy}`
          : outcome === 'skipped'
            ? reason
            : `${outcome}: see below`
    return `${paint(style, mark)} ${id.padEnd(ID_WIDTH)}  ${paint('gray', told ?? '')}`
  })
}

/** A line for each reason: an interrupted gate skips most of its clauses for the same one. */
export function renderSkipped(clauses: readonly ClauseResult[], paint: Paint): readonly string[] {
  const { mark, style } = MARKS.skipped
  const byReason = Map.groupBy(
    clauses.filter(({ outcome }) => outcome === 'skipped'),
    ({ reason }) => reason,
  )
  return [...byReason].map(([reason, skipped]) => {
    const ids = skipped.map(({ id }) => id)
    const which = nameClauses(ids, reason?.length ?? 0)
    const told = skipped.length === 1 ? which : `${count(skipped.length, 'clause')} (${which})`
    return `${paint(style, `${mark} skipped`)}  ${told}: ${reason}`
  })
}
