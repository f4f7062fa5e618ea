import { renderTable } from '../../fixtures/faulty/markdown.ts'
import type { Spread } from '../../harness/statistics/spread.ts'
import { figuresOf } from './figures.ts'
import type { BenchRun } from './run.ts'
import { judgeTargets, type Outcome } from './targets.ts'
import type { Comparison, Side, Unit } from './topic.ts'

/** The whole run as Markdown: to be read on a terminal, and in docs/performance.md. */
export function renderRun({ machine, rounds, comparisons }: BenchRun): string {
  const tables = comparisons.map(comparison => renderComparison(comparison))
  return [
    `Measured on: ${machine}; ${rounds} rounds, where a table does not say otherwise.`,
    renderTargets(judgeTargets(comparisons)),
    ...tables,
  ].join('\n\n')
}

export function renderTargets(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ target, figure, isMet }) => {
    const { what, wanted, by } = target
    const measured = figure === null ? (typeof by === 'string' ? `\`${by}\`` : 'not measured') : short(figure)
    return [what, wanted, measured, isMet === null ? '' : isMet ? 'met' : 'missed']
  })
  return renderTable(['target', 'wanted', 'measured', 'outcome'], rows)
}

/** One table: the median and where the middle half of the rounds lies. */
export function renderComparison(comparison: Comparison): string {
  const { what, unit, base, sides } = comparison
  const rows = sides.map(side => renderSide(comparison, side, unit))
  const counts = new Set(sides.filter(isMeasured).map(({ samples }) => samples.length))
  // A size is the same each time.
  const rounds = unit === 'bytes' ? '' : [...counts].join(', ')
  const headings = [`${what}${rounds === '' ? '' : ` (${rounds} rounds)`}`, `${unit}, median`, 'middle half']
  if (base !== null) return renderTable([...headings, `against ${base}`], rows)
  // A column without a word in it is none to Markdown.
  return renderTable(
    headings,
    rows.map(row => row.slice(0, headings.length)),
  )
}

function isMeasured({ samples }: Side): boolean {
  return samples.length > 0
}

function renderSide(comparison: Comparison, side: Side, unit: Unit): string[] {
  const name = side.version === undefined ? side.name : `${side.name} ${side.version.replace(/^v/, '')}`
  const figures = figuresOf(comparison, side)
  if (figures === null) return [name, '–', side.missing ?? 'nothing was measured', '']
  const { spread, ratio } = figures
  const quartiles = `${short(spread.lowerQuartile)} to ${short(spread.upperQuartile)}`
  return [
    name,
    short(spread.median),
    unit === 'bytes' ? '' : quartiles,
    ratio === null ? '' : renderRatio(ratio),
  ]
}

function renderRatio({ median, lowerQuartile, upperQuartile }: Spread): string {
  return `${short(median)} × (${short(lowerQuartile)} to ${short(upperQuartile)})`
}

/** Three digits that count, and no more before the point than there are. */
export function short(value: number): string {
  const size = Math.abs(value)
  if (size >= 100) return value.toFixed(0)
  return value.toFixed(size >= 10 ? 1 : 2)
}
