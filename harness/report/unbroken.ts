import { GROUPS, groupOf, nameOf } from '../contract/clause-names.ts'
import type { ClauseResult } from '../gate/clause-result.ts'
import { MARKS, type Paint } from './paint.ts'
import { count, ID_WIDTH, nameClauses, wrap } from './words.ts'

const GROUP_WIDTH = Math.max(...GROUPS.map(group => group.length))
/** `12 of 12`. */
const SHARE_WIDTH = 8

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

/** A line for each group; with `verbose` one for each clause, and what was observed. */
export function renderPasses(
  clauses: readonly ClauseResult[],
  paint: Paint,
  verbose: boolean,
): readonly string[] {
  const { mark, style } = MARKS.pass
  const isPass = ({ outcome }: ClauseResult) => outcome === 'pass'
  if (verbose) {
    return clauses
      .filter(isPass)
      .map(
        ({ id, observed }) =>
          `${paint(style, mark)} ${id.padEnd(ID_WIDTH)}  ${paint('gray', observed ?? '')}`,
      )
  }
  return GROUPS.flatMap(group => {
    const own = clauses.filter(({ id }) => groupOf(id) === group)
    const passes = own.filter(isPass)
    if (passes.length === 0) return []
    const share = `${passes.length} of ${own.length}`
    const head = ` ${group.padEnd(GROUP_WIDTH)}  ${share.padStart(SHARE_WIDTH)}  `
    const indent = mark.length + head.length
    const names = passes.map(({ id }) => nameOf(id))
    const lines = wrap(names, indent).map(line => paint('gray', line))
    return [`${paint(style, mark)}${head}${lines.join(`\n${' '.repeat(indent)}`)}`]
  })
}
