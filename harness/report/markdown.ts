import { GROUPS, groupOf } from '../contract/clause-names.ts'
import type { ClauseResult, Outcome } from '../gate/clause-result.ts'
import type { RunVerdict } from '../gate/run-verdict.ts'
import type { Verdict } from '../gate/verdict.ts'
import { duration } from '../text/duration.ts'
import { printable } from '../text/printable.ts'
import { size } from '../text/size.ts'
import { explainBundle } from './bundle.ts'
import { explainFailure, tell } from './explain.ts'
import { MARKS } from './paint.ts'
import { reproduce } from './reproduce.ts'
import { describeConditions } from './subject.ts'
import type { Tool } from './verdict-document.ts'
import { count } from './words.ts'

/** In this order: what a reader of release notes looks for first. */
const COLUMNS: readonly Outcome[] = ['pass', 'fail', 'warn', 'waived', 'skipped', 'blocked']
const BROKEN: readonly Outcome[] = ['fail', 'warn', 'waived']

/** The verdict for comments on pull requests, release notes, and the summary of a GitHub step. */
export function renderMarkdown(run: RunVerdict, tool: Tool): string {
  const { host, durationMs, strict, timeScale } = run
  const asked = [...(strict ? ['strict'] : []), ...(timeScale === 1 ? [] : [`times × ${timeScale}`])]
  const how = [
    `Judged by ${tool.name} ${tool.version} on ${host.os} ${host.arch}, Node ${host.node}`,
    `in ${duration(durationMs)}`,
    ...asked,
  ].join(', ')
  return `${[...run.sidecars.map(renderSidecar), `<sub>${how}</sub>`].join('\n\n')}\n`
}

function renderSidecar(verdict: Verdict): string {
  const { contract, outcome, summary, artifact, clauses } = verdict
  const { mark } = outcome === 'pass' ? MARKS.pass : MARKS.fail
  const counts = COLUMNS.filter(column => summary[column] > 0).map(column => `${summary[column]} ${column}`)
  return [
    `## ${mark} ${escapeMarkdown(contract.name)}: ${outcome}`,
    [
      `${code(artifact.name)}, ${describeArtifact(artifact)}  `,
      `sha256 ${code(artifact.sha256)}  `,
      counts.join(', '),
    ].join('\n'),
    ...describeConditions(verdict).map(line => line.trim()),
    ...contract.notes.map(note => `Note: ${escapeMarkdown(note)}`),
    renderTable(clauses),
    ...renderFurther(verdict),
    ...renderBundle(verdict),
    ...BROKEN.flatMap(kind =>
      clauses.filter(clause => clause.outcome === kind).map(clause => renderFailure(clause, verdict)),
    ),
    ...renderSkipped(clauses),
  ].join('\n\n')
}

/** With the runtime that a packer put into it, whose version a release note has to name. */
function describeArtifact({ triple, format, bytes, payload }: Verdict['artifact']): string {
  const runtime =
    payload === null ? [] : [[payload.runtime, escapeMarkdown(payload.version ?? '')].join(' ').trim()]
  return [triple ?? format, ...runtime, size(bytes)].join(', ')
}

function renderTable(clauses: readonly ClauseResult[]): string {
  const shown = COLUMNS.filter(column => clauses.some(({ outcome }) => outcome === column))
  const rows = GROUPS.flatMap(group => {
    const own = clauses.filter(({ id }) => groupOf(id) === group)
    if (own.length === 0) return []
    const cells = shown.map(column => own.filter(({ outcome }) => outcome === column).length || '')
    return [`| ${group} | ${cells.join(' | ')} |`]
  })
  return [
    `| clauses | ${shown.join(' | ')} |`,
    `| :-- | ${shown.map(() => '--:').join(' | ')} |`,
    ...rows,
  ].join('\n')
}

/** What fails the gate and is no failure of a clause. */
function renderFurther({ strict, staleWaivers, unproven }: Verdict): readonly string[] {
  const codes = (ids: readonly string[]) => ids.map(code).join(', ')
  return [
    ...(unproven.length === 0
      ? []
      : [
          `**${count(unproven.length, 'clause')} had to hold and could not be judged**, which fails the gate: ${codes(unproven)}.`,
        ]),
    ...(staleWaivers.length === 0
      ? []
      : [
          `Waived, though what is excused holds${strict ? ', which fails a strict gate' : ''}: ${codes(staleWaivers)}.`,
        ]),
  ]
}

function renderBundle({ bundle }: Verdict): readonly string[] {
  if (bundle === null) return []
  const { outcome, observed } = bundle
  if (outcome === 'pass') return [`${MARKS.pass.mark} In the bundle: ${escapeMarkdown(observed)}`]
  return [`### ${MARKS.fail.mark} bundle (fail)`, fence(explainBundle(bundle))]
}

function renderFailure(clause: ClauseResult, verdict: Verdict): string {
  const { id, outcome } = clause
  const blocked = verdict.clauses.filter(({ blockedBy }) => blockedBy === id).length
  return [
    `### ${MARKS[outcome].mark} ${id} (${outcome})`,
    fence(
      [
        explainFailure(clause),
        ...(blocked === 0 ? [] : [tell('blocks', `${count(blocked, 'clause')}, which could not be judged`)]),
        tell('again', reproduce(verdict, id)),
      ].join('\n'),
    ),
  ].join('\n\n')
}

function renderSkipped(clauses: readonly ClauseResult[]): readonly string[] {
  const skipped = clauses.filter(({ outcome }) => outcome === 'skipped')
  if (skipped.length === 0) return []
  const items = skipped.map(({ id, reason }) => `- ${code(id)}: ${escapeMarkdown(reason ?? '')}`)
  return [
    `<details><summary>${count(skipped.length, 'clause')} skipped</summary>`,
    items.join('\n'),
    '</details>',
  ]
}

/** A fence that is longer than any run of backticks in the text: nothing in it can end it. */
function fence(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(run => run.length))
  const ticks = '`'.repeat(Math.max(3, longest + 1))
  return `${ticks}text\n${text}\n${ticks}`
}

export function code(text: string): string {
  const shown = printable(text)
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map(run => run.length))
  const ticks = '`'.repeat(longest + 1)
  return longest === 0 ? `${ticks}${shown}${ticks}` : `${ticks} ${shown} ${ticks}`
}

/** What Markdown and the HTML in it would read as more than text. */
export function escapeMarkdown(text: string): string {
  return printable(text, Number.POSITIVE_INFINITY).replaceAll(/[\\`*_{}[\]<>#|&]/g, '\\$&')
}
