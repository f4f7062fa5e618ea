import { createHash } from 'node:crypto'
import { type Against, beforeOf, judgeTurns } from '../../bench/judge.ts'
import { MEANINGS, type Metric } from '../../bench/metrics.ts'
import { metricsIn, type Turn, valuesOf } from '../../bench/sample.ts'
import { spreadOf } from '../../statistics/spread.ts'
import { size } from '../../text/size.ts'
import type { BenchRun } from '../benchmark-document.ts'
import { benchmarkNotes, tellBy, tellJudged } from '../benchmark-rows.ts'
import { percent, ticksOf } from './axis.ts'
import { html, Markup } from './markup.ts'

const ROW_HEIGHT = 26
/** A dot that lies on another is seen beside it: rows of dots, from the middle of the row up and down. */
const JITTER = [0, -5, 5, -2.5, 2.5, -7.5, 7.5]
const MOST_TICKS = 7

const STYLE = `:root{color-scheme:light dark;--ink:#1c1e21;--soft:#6b7280;--line:#d9dce1;--now:#2563eb;--then:#9a6700;--yard:#8b949e;--bad:#b42318;--good:#18794e;--paper:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e6e8eb;--soft:#9aa2ad;--line:#3a3f47;--now:#7aa7ff;--then:#e0b252;--yard:#7d8590;--bad:#ff8a7a;--good:#5fd39a;--paper:#15171a}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:62rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.05rem;margin:1.6rem 0 .2rem}code{font-size:.85em;overflow-wrap:anywhere}
.soft{color:var(--soft)}.worse{color:var(--bad)}.better{color:var(--good)}
.plot{display:grid;grid-template-columns:6.5rem 1fr;align-items:center}.plot svg{width:100%;overflow:visible}
.dots circle{r:3.5px;fill:var(--now);fill-opacity:.55}.dots.baseline circle{fill:var(--then)}.dots.yardstick circle{fill:var(--yard)}
.dots line{stroke:currentColor;stroke-width:2}.axis text{font-size:11px;fill:var(--soft);text-anchor:middle}.axis line{stroke:var(--line)}
`

/** The benchmark as one page that needs nothing else: each life a dot, each side a row, its median a line. */
export function renderBenchmarkHtml(run: BenchRun): string {
  const { benchmark, baseline, tool } = run
  const { file, host, cpu, turns } = benchmark
  const judged = baseline === null ? [] : judgeTurns(baseline.against, turns)
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>bench ${file.name}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<h1>${file.name}</h1>
<p class="soft">${size(file.bytes)}, sha256 <code>${file.sha256}</code><br>Measured on ${benchmark.startedAt.toISOString().slice(0, 19).replace('T', ' ')} UTC, on ${host.os} ${host.arch} with ${host.cpus} cores (${cpu}) and Node ${host.node}, by ${tool.name} ${tool.version}; ${turns.length} turns${turns.some(({ yardstick }) => yardstick !== null) ? ' with a program that does nothing else, the yardstick' : ''}${baseline === null ? '' : html`<br>Against <code>${baseline.path}</code>, sha256 <code>${baseline.benchmark.file.sha256}</code><br>Judged by ${tellBy(baseline.against, path => path)}`}</p>
<ul>${benchmarkNotes(run).map(note => html`<li>${note}</li>`)}</ul>
${metricsIn(turns).map(metric => {
  const found = judged.find(each => each.metric === metric)
  return html`<section><h2>${MEANINGS[metric].name} <span class="soft">${MEANINGS[metric].what}</span></h2>
${found === undefined ? null : html`<p class="${found.finding}">${tellJudged(found)}</p>`}
${plot(metric, turns, baseline?.against ?? null)}</section>
`
})}</body>
</html>
`.text
}

interface Row {
  readonly name: string
  readonly side: 'now' | 'baseline' | 'yardstick'
  readonly values: readonly number[]
}

function plot(metric: Metric, turns: readonly Turn[], against: Against | null): Markup {
  const rows: readonly Row[] = (
    [
      { name: 'now', side: 'now', values: valuesOf(turns, 'sidecar', metric) },
      {
        name: 'baseline',
        side: 'baseline',
        values: against === null ? [] : beforeOf(against, turns, metric),
      },
      { name: 'yardstick', side: 'yardstick', values: valuesOf(turns, 'yardstick', metric) },
    ] as const
  ).filter(({ values }) => values.length > 0)
  // From zero: a difference looks as large as it is.
  const span = Math.max(...rows.flatMap(({ values }) => values)) * 1.03 || 1
  // Round figures are such in the unit that they are told in.
  const unit = metric === 'residentBytes' ? 1024 * 1024 : 1
  return html`<div class="plot">${rows.map(row => html`<span>${row.name}</span>${dots(row, metric, span)}`)}<span></span><svg class="axis" height="18" aria-hidden="true">${ticksOf(
    span / unit,
    MOST_TICKS,
  ).map(tick => {
    const value = tick * unit
    return html`<line x1="${percent(value, span)}" x2="${percent(value, span)}" y1="0" y2="4"/><text x="${percent(value, span)}" y="15">${MEANINGS[metric].tell(value)}</text>`
  })}</svg></div>`
}

function dots({ name, side, values }: Row, metric: Metric, span: number): Markup {
  const middle = ROW_HEIGHT / 2
  const { tell } = MEANINGS[metric]
  const spread = spreadOf(values)
  const label =
    spread === null
      ? name
      : `${name}: median ${tell(spread.median)}, from ${tell(spread.least)} to ${tell(spread.most)}, ${spread.count} lives`
  return html`<svg class="dots ${side}" height="${ROW_HEIGHT}" role="img" aria-label="${label}">${values.map(
    (value, index) =>
      html`<circle cx="${percent(value, span)}" cy="${middle + (JITTER[index % JITTER.length] ?? 0)}"><title>${tell(value)}</title></circle>`,
  )}${spread === null ? null : html`<line x1="${percent(spread.median, span)}" x2="${percent(spread.median, span)}" y1="1" y2="${ROW_HEIGHT - 1}"/>`}</svg>`
}
