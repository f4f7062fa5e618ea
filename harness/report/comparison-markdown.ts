import type { Difference, DifferenceKind } from '../compare/differences.ts'
import type { Snapshot } from '../compare/snapshot.ts'
import { type ComparisonRun, comparisonRows } from './comparison-rows.ts'
import { describeHosts, KIND_MARKS, tellSummary } from './comparison-terminal.ts'
import { code, escapeMarkdown } from './markdown.ts'

const HEADINGS: Readonly<Record<DifferenceKind, string>> = {
  regression: 'Regressions',
  change: 'Changes',
  improvement: 'Improvements',
}

/** A comparison for release notes and comments on pull requests. */
export function renderComparisonMarkdown(run: ComparisonRun): string {
  const { comparison, tool } = run
  const { old, new: now, differences, isSameFile, notes, summary, sideBySide } = comparison
  const rows = comparisonRows(comparison).map(({ name, old: was, new: is, difference }) =>
    [name, was, is, difference].map(escapeMarkdown).join(' | '),
  )
  const how = sideBySide ? `${old.lives.length} lives of each, in turns` : 'from recordings'
  return `${[
    `## ${escapeMarkdown(nameOf(old))} → ${escapeMarkdown(nameOf(now))}: ${differences.length === 0 ? 'nothing differs' : tellSummary(summary)}`,
    ...(isSameFile ? ['Both are the same file, byte by byte.'] : []),
    ...(['regression', 'change', 'improvement'] as const).flatMap(kind => section(kind, differences)),
    ['|  | old | new | difference |', '| :-- | :-- | :-- | :-- |', ...rows.map(row => `| ${row} |`)].join(
      '\n',
    ),
    [`old sha256 ${code(old.artifact.sha256)}  `, `new sha256 ${code(now.artifact.sha256)}`].join('\n'),
    ...(notes.length === 0 ? [] : [notes.map(note => `- ${escapeMarkdown(note)}`).join('\n')]),
    `<sub>Compared by ${tool.name} ${tool.version} on ${escapeMarkdown(describeHosts(old, now))}, ${how}</sub>`,
  ].join('\n\n')}\n`
}

function nameOf({ artifact }: Snapshot): string {
  return artifact.name
}

function section(kind: DifferenceKind, differences: readonly Difference[]): readonly string[] {
  const own = differences.filter(difference => difference.kind === kind)
  if (own.length === 0) return []
  return [
    `### ${KIND_MARKS[kind].mark} ${HEADINGS[kind]}`,
    own.map(({ sentence }) => `- ${escapeMarkdown(sentence)}`).join('\n'),
  ]
}
