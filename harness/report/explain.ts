import type { ClauseResult } from '../gate/clause-result.ts'
import { duration } from '../text/duration.ts'

/**
 * A clause that failed, as every report for people tells it: the promise, what was expected, seen, and when; where it
 * is waived, first of all why.
 */
export function explainFailure(clause: ClauseResult): string {
  const when =
    clause.seen === null
      ? 'in the file, before it was launched'
      : `${duration(clause.seen.sinceLaunchMs)} after the launch, in the life ${clause.seen.life}`
  return [
    `${clause.id} (${clause.level}): ${clause.promise}`,
    ...(clause.outcome === 'waived' ? [`    waived    ${clause.reason}`] : []),
    `    expected  ${clause.expected}`,
    `    seen      ${clause.observed}`,
    `    when      ${when}`,
  ].join('\n')
}
