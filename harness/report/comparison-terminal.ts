import type { Difference, DifferenceKind } from '../compare/differences.ts'
import type { Snapshot } from '../compare/snapshot.ts'
import { duration } from '../text/duration.ts'
import { size } from '../text/size.ts'
import { type ComparisonRun, comparisonRows, type Row } from './comparison-rows.ts'
import { type Paint, paintFor, type Style } from './paint.ts'
import { showPathFrom } from './reproduce.ts'
import { count } from './words.ts'

export const KIND_MARKS: Readonly<Record<DifferenceKind, { readonly mark: string; readonly style: Style }>> =
  {
    regression: { mark: '✖', style: 'red' },
    change: { mark: '~', style: 'yellow' },
    improvement: { mark: '✔', style: 'green' },
  }

const KIND_WIDTH = 'improvement'.length
const LABEL_WIDTH = 8

/** A comparison for people: both sides, the figures of both, what differs, and the sum of it last. */
export function renderComparison(run: ComparisonRun, stream: NodeJS.WriteStream | null): string {
  const paint = paintFor(stream)
  const { comparison } = run
  return `${[
    describeSides(run),
    renderTable(comparisonRows(comparison), paint),
    comparison.differences.map(difference => renderDifference(difference, paint)),
    comparison.notes.map(note => `${paint('gray', '- note')}  ${note}`),
    [renderSum(run, paint)],
  ]
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

function describeSides({ comparison, of, turnsMs }: ComparisonRun): readonly string[] {
  const { old, new: now, isSameFile, sideBySide } = comparison
  const lives = `${count(old.lives.length, 'life').replace('lifes', 'lives')} and ${now.lives.length}`
  const how = sideBySide
    ? `lives of each in turns: ${lives}${turnsMs === null ? '' : `, in ${duration(turnsMs)}`}`
    : `lives that can be compared: ${lives}`
  return [
    ...(isSameFile ? ['Both are the same file, byte by byte.'] : []),
    `old  ${describeSide(old)}`,
    `new  ${describeSide(now)}`,
    `     ${of === 'binaries' ? 'judged' : 'recorded'} on ${describeHosts(old, now)}; ${how}`,
  ]
}

function describeSide({ artifact }: Snapshot): string {
  const { path, triple, format, bytes, sha256 } = artifact
  return `${showPathFrom(path, process.cwd())}\n     ${triple ?? format}, ${size(bytes)}, sha256 ${sha256}`
}

export function describeHosts(old: Snapshot, now: Snapshot): string {
  const [one, other] = [old, now].map(
    ({ host }) => `${host.os} ${host.arch}, ${host.cpus} cores, Node ${host.node}`,
  )
  return one === other ? `${one}` : `${one}, and on ${other}`
}

function renderTable(rows: readonly Row[], paint: Paint): readonly string[] {
  const head: Row = { name: '', old: 'old', new: 'new', difference: '' }
  const width = (key: keyof Row) => Math.max(...[head, ...rows].map(row => row[key].length))
  const widths = { name: width('name'), old: width('old'), new: width('new') }
  return [head, ...rows].map((row, index) => {
    const cells = [row.name.padEnd(widths.name), row.old.padEnd(widths.old), row.new.padEnd(widths.new)]
    const line = `${cells.join('  ')}  ${row.difference}`.trimEnd()
    return index === 0 ? paint('gray', line) : line
  })
}

function renderDifference({ kind, sentence }: Difference, paint: Paint): string {
  const { mark, style } = KIND_MARKS[kind]
  return `${paint(style, `${mark} ${kind.padEnd(KIND_WIDTH)}`)}  ${sentence}`
}

function renderSum({ comparison, durationMs }: ComparisonRun, paint: Paint): string {
  const { summary, differences } = comparison
  const took = `took ${duration(durationMs)}`
  if (differences.length === 0) {
    return `${paint('green', 'same'.padEnd(LABEL_WIDTH))} nothing differs beyond the noise; ${took}`
  }
  const style = summary.regression > 0 ? 'red' : summary.change > 0 ? 'yellow' : 'green'
  return `${paint(style, 'differs'.padEnd(LABEL_WIDTH))} ${tellSummary(summary)}; ${took}`
}

/** `2 regressions, 1 change`. */
export function tellSummary(summary: Readonly<Record<DifferenceKind, number>>): string {
  return (['regression', 'change', 'improvement'] as const)
    .filter(kind => summary[kind] > 0)
    .map(kind => count(summary[kind], kind))
    .join(', ')
}
