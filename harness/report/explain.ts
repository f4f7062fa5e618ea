import type { Diagnosis } from '../diagnosis/known-failure.ts'
import type { ClauseResult } from '../gate/clause-result.ts'
import type { LastLines } from '../recording/last-lines.ts'
import type { StreamName } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'

/** Where what is told of a clause begins, behind its label. */
const LABEL_WIDTH = 10
const INDENT = ' '.repeat(4)

/** A line of what is told below a clause's heading: `    expected  code 0`. */
export function tell(label: string, value: string): string {
  return `${INDENT}${label.padEnd(LABEL_WIDTH)}${value}`
}

/**
 * A clause that failed, as every report for people tells it: the promise, what was expected, seen, and when, and what
 * the sidecar had said last by then; where it is waived, first of all why.
 */
export function explainFailure(clause: ClauseResult): string {
  const { lastLines } = clause
  const streams = lastLines === null ? [] : (['stderr', 'stdout'] as const)
  return [
    explainBriefly(clause),
    ...streams.flatMap(stream => tellLastLines(stream, lastLines?.[stream])),
  ].join('\n')
}

/** The same without the sidecar's own words. */
export function explainBriefly(clause: ClauseResult): string {
  const { diagnosis } = clause
  return [
    `${clause.id} (${clause.level}): ${clause.promise}`,
    ...(clause.outcome === 'waived' ? [tell('waived', clause.reason ?? '')] : []),
    ...tellSeen(clause),
    ...(diagnosis === null ? [] : [tell('why', diagnosis.cause), ...tellGrounds(diagnosis)]),
  ].join('\n')
}

/** What was expected, seen, and when. */
export function tellSeen({ expected, observed, seen }: ClauseResult): readonly string[] {
  const when =
    seen === null
      ? 'in the file, before it was launched'
      : `${duration(seen.sinceLaunchMs)} after the launch, in the life ${seen.life}`
  return [tell('expected', expected ?? ''), tell('seen', observed ?? ''), tell('when', when)]
}

/** What says so, and what to do: the first of its sources is for who wants to know more. */
export function tellGrounds({ evidence, fix, sources }: Diagnosis): readonly string[] {
  return [
    ...evidence.map(each => tell('', `- ${each}`)),
    tell('mend', fix),
    ...sources.slice(0, 1).map(source => tell('', source)),
  ]
}

function tellLastLines(stream: StreamName, last: LastLines | undefined): readonly string[] {
  if (last === undefined || last.lines.length === 0) return [tell(stream, 'stayed empty until then')]
  const times = last.lines.map(({ sinceLaunchMs }) => `+${duration(sinceLaunchMs)}`)
  const width = Math.max(...times.map(time => time.length))
  const told = [
    ...(last.earlier === 0 ? [] : [`… ${last.earlier} ${last.earlier === 1 ? 'line' : 'lines'} before`]),
    ...last.lines.map(({ text }, index) => `${(times[index] ?? '').padStart(width)}  ${text}`),
  ]
  return told.map((line, index) => tell(index === 0 ? stream : '', line))
}
