import type { Comparison } from '../compare/compare.ts'
import { fileFacts } from '../compare/file-differences.ts'
import { MEANINGS, type Measure, tellInterval, tellShift } from '../compare/measures.ts'
import type { Snapshot } from '../compare/snapshot.ts'
import type { Outcome } from '../gate/verdict.ts'
import type { Spread } from '../statistics/spread.ts'
import { printable } from '../text/printable.ts'
import { size } from '../text/size.ts'
import type { Tool } from './verdict-document.ts'

/** A comparison, and how it was made. */
export interface ComparisonRun {
  readonly of: 'binaries' | 'recordings'
  readonly comparison: Comparison
  readonly tool: Tool
  readonly startedAt: string
  readonly durationMs: number
  /** How long the lives took that took turns; null where none did. */
  readonly turnsMs: number | null
}

/** One line of the table: what it was, what it is, and what to make of it. */
export interface Row {
  readonly name: string
  readonly old: string
  readonly new: string
  readonly difference: string
}

/** What is known of both sides, whether it differs or not: release notes want the figures. */
export function comparisonRows(comparison: Comparison): readonly Row[] {
  return [...measureRows(comparison), ...fileRows(comparison), clausesRow(comparison)]
}

function measureRows({ measures, sideBySide }: Comparison): readonly Row[] {
  return measures.map(measure => {
    const { name, tell } = MEANINGS[measure.metric]
    const show = (spread: Spread | null) =>
      spread === null
        ? '-'
        : `${tell(spread.median)} (${tell(spread.lowerQuartile)} to ${tell(spread.upperQuartile)})`
    return {
      name,
      old: show(measure.from),
      new: show(measure.to),
      difference: tellFinding(measure, sideBySide),
    }
  })
}

function tellFinding({ metric, finding, shift }: Measure, sideBySide: boolean): string {
  if (shift === null) return 'only one side has it'
  const by = tellShift(metric, shift.estimate)
  if (finding === 'too few') return `${by}: too few lives to tell`
  if (!sideBySide) return `${by}: not judged`
  const sure = `${by} (${tellInterval(metric, shift.interval)})`
  if (finding === 'unclear') return `${sure}: too noisy to tell`
  if (finding === 'within') return `${by}: within the noise`
  return finding === 'slight' ? `${sure}: too little to matter` : `${sure}: beyond the noise`
}

function fileRows({ old, new: now }: Comparison): readonly Row[] {
  const [before, after] = [fileFacts(old.artifact), fileFacts(now.artifact)]
  const grown = after.bytes - before.bytes
  const rows: readonly Row[] = [
    {
      ...{ name: 'size', old: size(before.bytes), new: size(after.bytes) },
      difference: grown === 0 ? SAME : `${grown < 0 ? '−' : '+'}${size(Math.abs(grown))}`,
    },
    aRow('runtime', before.runtime ?? '-', after.runtime ?? '-'),
    {
      ...aRow('libraries', tellLibraries(before.libraries), tellLibraries(after.libraries)),
      difference: `${before.libraries?.toSorted()}` === `${after.libraries?.toSorted()}` ? SAME : 'others',
    },
    aRow('least glibc', before.leastGlibc ?? '-', after.leastGlibc ?? '-'),
  ]
  return rows.filter(({ old: was, new: is }) => was !== '-' || is !== '-')
}

/** As many names as leave room for the other side; which ones came or went is a difference of its own. */
const NAMES_CHARACTERS = 28

function tellLibraries(names: readonly string[] | null): string {
  if (names === null || names.length === 0) return '-'
  const all = names.map(name => printable(name)).join(', ')
  return all.length <= NAMES_CHARACTERS ? all : `${names.length} of them`
}

const SAME = 'the same'

function aRow(name: string, was: string, is: string): Row {
  return { name, old: was, new: is, difference: was === is ? SAME : 'another' }
}

function clausesRow({ old, new: now }: Comparison): Row {
  return aRow('clauses', tellCounts(old), tellCounts(now))
}

function tellCounts({ summary }: Snapshot): string {
  const counts = Object.entries(summary) as [Outcome, number][]
  return counts
    .filter(([, number]) => number > 0)
    .map(([outcome, number]) => `${number} ${outcome}`)
    .join(', ')
}
