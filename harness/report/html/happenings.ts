import { duration } from '../../text/duration.ts'
import type { Moment } from '../moments.ts'
import { MARKS } from '../paint.ts'
import { count } from '../words.ts'
import { html, type Markup } from './markup.ts'
import { anchorOf, type SceneLife, type SeenFailure } from './scene.ts'

/** Around a failure, on either side: enough to see what led to it. */
const KEPT_NEAR_FAILURE = 8
/** How it came up tells less than how it ended. */
const SHARE_OF_BEGINNING = 1 / 3
/** A pause is told where a person would notice it, and where it is a good part of the life. */
const PAUSE = { leastMs: 250, share: 0.1 }

type Row = { readonly atMs: number } & (
  | { readonly moment: Moment }
  | { readonly failure: SeenFailure }
  | { readonly omitted: readonly Moment[] }
)

/** What happened in a life, line by line, with what was seen not to hold at its place. No more than `most` lines. */
export function renderHappenings(
  life: SceneLife,
  moments: readonly Moment[],
  most: number,
  sidecar: number,
): Markup {
  const rows: readonly Row[] = [
    ...cut(
      moments,
      most,
      life.seen.map(({ sinceLaunchMs }) => sinceLaunchMs),
    ),
    ...life.seen.map(failure => ({ atMs: failure.sinceLaunchMs, failure })),
  ].sort((a, b) => a.atMs - b.atMs)
  const noticedMs = Math.max(PAUSE.leastMs, PAUSE.share * life.lastsMs)
  // The end tags that HTML lets one leave out are a fifth of a large report.
  return html`<table class="happenings"><thead><tr><th scope="col">since launch<th scope="col">what<th scope="col">how</thead><tbody>
${rows.map((row, index) => [renderPause(row.atMs - (rows[index - 1]?.atMs ?? row.atMs), noticedMs), renderRow(row, sidecar)])}</tbody></table>${renderOmitted(life)}`
}

function renderRow(row: Row, sidecar: number): Markup {
  if ('moment' in row) {
    const { kind, what, text, sinceLaunchMs } = row.moment
    return html`<tr class="${kind}"><td>${duration(sinceLaunchMs)}<td>${what}<td>${text}
`
  }
  if ('failure' in row) {
    const { clause, anchor, sinceLaunchMs } = row.failure
    const { mark } = MARKS[clause.outcome]
    return html`<tr class="moment ${clause.outcome}" id="${anchor}" tabindex="-1"><td>${duration(sinceLaunchMs)}<td>${mark} ${clause.outcome}<td><a href="#${anchorOf('clause', sidecar, clause.id)}">${clause.id}</a>: ${clause.observed}
`
  }
  const lines = row.omitted.filter(({ kind }) => kind === 'stdout' || kind === 'stderr').length
  return html`<tr class="cut"><td><td><td>… ${row.omitted.length} more, ${count(lines, 'log line')} of them …
`
}

function renderPause(ms: number, noticedMs: number): Markup | null {
  return ms < noticedMs
    ? null
    : html`<tr class="pause"><td><td><td>nothing for ${duration(ms)}
`
}

/** What was not even kept when it was recorded. */
function renderOmitted({ recording }: SceneLife): Markup | null {
  const told = (['stdout', 'stderr'] as const).flatMap(stream =>
    recording[stream].omittedLines === 0
      ? []
      : [`${count(recording[stream].omittedLines, 'line')} of ${stream}`],
  )
  return told.length === 0
    ? null
    : html`<p class="note">Not recorded, from the middle of a stream too long to keep: ${told.join(', ')}.</p>`
}

/** Leaves out what matters least, and says how much that is. */
function cut(moments: readonly Moment[], most: number, failuresMs: readonly number[]): readonly Row[] {
  if (moments.length <= most) return moments.map(moment => ({ atMs: moment.sinceLaunchMs, moment }))
  const indices = moments.map((_, index) => index)
  const near = failuresMs.flatMap(ms => {
    const at = moments.findIndex(({ sinceLaunchMs }) => sinceLaunchMs > ms)
    const middle = at === -1 ? moments.length : at
    return indices.slice(Math.max(0, middle - KEPT_NEAR_FAILURE), middle + KEPT_NEAR_FAILURE)
  })
  const story = indices.filter(index => !UNIMPORTANT.includes(moments[index]?.kind ?? 'look'))
  const beginning = Math.floor(most * SHARE_OF_BEGINNING)
  const wanted = [...near, ...story, ...indices.slice(0, beginning), ...indices.slice(beginning).reverse()]
  const kept = new Set([...new Set(wanted)].slice(0, most))
  const rows: Row[] = []
  let omitted: Moment[] = []
  moments.forEach((moment, index) => {
    if (!kept.has(index)) omitted.push(moment)
    else {
      if (omitted.length > 0) rows.push({ atMs: omitted.at(-1)?.sinceLaunchMs ?? 0, omitted })
      omitted = []
      rows.push({ atMs: moment.sinceLaunchMs, moment })
    }
  })
  if (omitted.length > 0) rows.push({ atMs: omitted.at(-1)?.sinceLaunchMs ?? 0, omitted })
  return rows
}

const UNIMPORTANT: readonly Moment['kind'][] = ['stdout', 'stderr', 'look', 'request']
