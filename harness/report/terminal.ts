import { relative } from 'node:path'
import { styleText } from 'node:util'
import type { ClauseResult, Outcome, Verdict } from '../gate/verdict.ts'
import { duration } from '../text/duration.ts'
import { size } from '../text/size.ts'
import { explainFailure } from './explain.ts'

type Style = Parameters<typeof styleText>[0]

/** A mark and a word for each outcome: colour alone would say nothing in a log file, or to some readers. */
const MARKS: Record<Outcome, { mark: string; style: Style }> = {
  pass: { mark: '✔', style: 'green' },
  fail: { mark: '✖', style: 'red' },
  warn: { mark: '!', style: 'yellow' },
  waived: { mark: '~', style: 'yellow' },
  skipped: { mark: '-', style: 'gray' },
  blocked: { mark: '·', style: 'gray' },
}

/** In the list; the whole of it stands with the explanation below. */
const NOTE_CHARACTERS = 100
/** The gate's own measure of itself: beyond this, time goes to the harness and not to the sidecar. */
const OVERHEAD = { factor: 1.5, fixedMs: 500 }

/**
 * The verdict for people. `stream` decides on colour: none where it is no terminal, or NO_COLOR asks for none; null
 * stands for a file.
 */
export function renderTerminal(verdict: Verdict, stream: NodeJS.WriteStream | null): string {
  const paint = (style: Style, text: string) => (stream === null ? text : styleText(style, text, { stream }))
  const judged = verdict.clauses.filter(({ outcome }) => outcome !== 'blocked')
  const failures = verdict.clauses.filter(({ outcome }) => outcome === 'fail' || outcome === 'warn')
  return [
    ...describeFile(verdict),
    '',
    ...judged.map(clause => renderClause(clause, verdict, paint)),
    ...renderBlocked(verdict.clauses, paint),
    '',
    ...(failures.length === 0 ? [] : [...failures.map(clause => explain(clause, paint)), '']),
    ...describeTimes(verdict),
    renderOutcome(verdict, paint),
    '',
  ].join('\n')
}

function describeFile({ artifact, contract, conditions, host }: Verdict): string[] {
  const path = relative(process.cwd(), artifact.path)
  const triple = artifact.triple ?? artifact.format
  return [
    `${contract.name}: ${path.startsWith('..') ? artifact.path : path}`,
    `  ${triple}, ${size(artifact.bytes)}, sha256 ${artifact.sha256}`,
    `  judged on ${host.os} ${host.arch}, ${host.cpus} cores, Node ${host.node}, by ${contract.file === null ? 'the default contract' : relative(process.cwd(), contract.file)}`,
    ...(conditions.environment === 'bare'
      ? []
      : [
          '  It does not start in a bare environment, so everything else was judged with the environment of your shell.',
        ]),
  ]
}

function renderClause(
  clause: ClauseResult,
  { clauses }: Verdict,
  paint: (style: Style, text: string) => string,
): string {
  const { mark, style } = MARKS[clause.outcome]
  const width = Math.max(...clauses.map(({ id }) => id.length))
  const note = clause.outcome === 'skipped' ? `skipped: ${clause.reason}` : (clause.observed ?? '')
  const short = note.length > NOTE_CHARACTERS ? `${note.slice(0, NOTE_CHARACTERS)}…` : note
  return `${paint(style, mark)} ${clause.id.padEnd(width)}  ${paint(clause.outcome === 'pass' ? 'gray' : style, short)}`
}

/** One paragraph for all that a clause blocks: two dozen lines that say the same would hide the one that matters. */
function renderBlocked(
  clauses: readonly ClauseResult[],
  paint: (style: Style, text: string) => string,
): string[] {
  const { mark, style } = MARKS.blocked
  const byBlocker = Map.groupBy(
    clauses.filter(({ outcome }) => outcome === 'blocked'),
    ({ blockedBy }) => blockedBy,
  )
  return [...byBlocker].map(([blocker, blocked]) => {
    const heading = `${mark} ${blocked.length} not judged, because ${blocker} does not hold:`
    return paint(style, [heading, ...wrap(blocked.map(({ id }) => id))].join('\n'))
  })
}

function wrap(words: readonly string[]): string[] {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length > NOTE_CHARACTERS) lines.push(`    ${word}`)
    else lines[lines.length - 1] = `${last}, ${word}`
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line},` : line))
}

function explain(clause: ClauseResult, paint: (style: Style, text: string) => string): string {
  const { mark, style } = MARKS[clause.outcome]
  const [heading = '', ...rest] = explainFailure(clause).split('\n')
  return [paint(style, `${mark} ${heading}`), ...rest].join('\n')
}

function describeTimes({ phases, lives, concurrency, outcome }: Verdict): string[] {
  const sum = lives.reduce((total, life) => total + life.durationMs, 0)
  return [
    `phases   ${phases.map(({ name, ms }) => `${name} ${duration(ms)}`).join(', ')}`,
    ...(lives.length === 0
      ? [`lives    ${outcome === 'interrupted' ? 'none was over' : 'none: it was not launched'}`]
      : [
          `lives    ${lives.length}, together ${duration(sum)}; at concurrency ${concurrency} that is ${duration(sum / concurrency)}`,
        ]),
  ]
}

function renderOutcome(verdict: Verdict, paint: (style: Style, text: string) => string): string {
  const { summary, outcome, durationMs } = verdict
  const counts = (Object.entries(summary) as [Outcome, number][])
    .filter(([name, count]) => count > 0 || name === 'pass' || name === 'fail')
    .map(([name, count]) => `${count} ${name}`)
  const style: Style = outcome === 'pass' ? 'green' : outcome === 'interrupted' ? 'yellow' : 'red'
  return `${paint(style, outcome.padEnd(8))} ${counts.join(', ')}; took ${duration(durationMs)}${measure(verdict)}`
}

/** What the gate may take by its own measure, so that a harness that became slow is seen. */
function measure({ lives, concurrency, phases }: Verdict): string {
  if (lives.length === 0) return ''
  const sum = lives.reduce((total, life) => total + life.durationMs, 0)
  const buildMs = phases.find(({ name }) => name === 'build')?.ms ?? 0
  const limitMs = OVERHEAD.factor * (sum / concurrency) + OVERHEAD.fixedMs + buildMs
  const build = buildMs > 0 ? ' + the build' : ''
  return `; ${OVERHEAD.factor} × its lives + ${duration(OVERHEAD.fixedMs)}${build} is ${duration(limitMs)}`
}
