import { createHash } from 'node:crypto'
import type { Outcome } from '../../gate/clause-result.ts'
import type { RunVerdict } from '../../gate/run-verdict.ts'
import type { Evidence } from '../../recording/evidence.ts'
import { duration } from '../../text/duration.ts'
import { size } from '../../text/size.ts'
import { type Moment, momentsOf } from '../moments.ts'
import { MARKS } from '../paint.ts'
import { describeConditions } from '../subject.ts'
import type { Tool } from '../verdict-document.ts'
import { renderClauses } from './clauses.ts'
import { MARK_SHAPES } from './drawing.ts'
import { type MomentsOf, renderLives } from './lives.ts'
import { html, Markup } from './markup.ts'
import { anchorOf, BROKEN, type Scene, type SceneLife, setScene } from './scene.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'
import { renderBroken } from './verdict.ts'

/** What opens at once, mails and uploads: a report is looked at on any laptop. */
const MOST_BYTES = 4 * 1024 * 1024
/** Lines of each life that are shown, from all that one reads to the least that tells a story. */
const LINES_PER_LIFE = [400, 200, 100, 50, 25, 12]

/**
 * The verdict as one page that needs nothing else: no network, no server. `evidences` stand in the order of the run's
 * sidecars. Where the page would get too large, each life shows fewer lines, and says so.
 */
export function renderHtml(run: RunVerdict, evidences: readonly Evidence[], tool: Tool): string {
  const scenes = run.sidecars.map((verdict, index) => setScene(verdict, evidences[index], index))
  const moments = new Map<SceneLife, readonly Moment[]>()
  for (const life of scenes.flatMap(({ lives }) => lives)) moments.set(life, momentsOf(life.recording))
  let page = ''
  for (const most of LINES_PER_LIFE) {
    const sections = scenes.map(scene =>
      renderSidecar(scene, life => moments.get(life) ?? [], most, scenes.length === 1),
    )
    page = renderPage(run, scenes, sections, tool)
    if (Buffer.byteLength(page) <= MOST_BYTES) break
  }
  return page
}

function renderPage(
  run: RunVerdict,
  scenes: readonly Scene[],
  sections: readonly Markup[],
  tool: Tool,
): string {
  const style = `${STYLE}${scenes.map(scaleOf).join('')}`
  // No source for anything but this very style and script: nothing can be fetched, and nothing of a sidecar's can run.
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(SCRIPT)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const names = run.sidecars.map(({ contract }) => contract.name).join(', ')
  const { mark } = MARKS[run.outcome === 'pass' ? 'pass' : 'fail']
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${mark} ${names}: ${run.outcome}</title>
<style>${new Markup(style)}</style>
</head>
<body class="${run.outcome}">
${MARK_SHAPES}<a class="skip" href="#verdict">To the verdict</a>
<header><h1><span class="badge ${run.outcome}">${mark} ${run.outcome}</span> ${names}</h1>
<p>Judged on <time datetime="${run.startedAt}">${run.startedAt.replace('T', ' ').slice(0, 19)} UTC</time> in ${duration(run.durationMs)}, on ${run.host.os} ${run.host.arch} with ${run.host.cpus} cores and Node ${run.host.node}, by ${tool.name} ${tool.version}${run.strict ? ', strict' : ''}${run.timeScale === 1 ? '' : `, times × ${run.timeScale}`}</p></header>
<div class="page"><aside aria-label="Overview">${renderTools(run)}${scenes.map(scene => renderContents(scene, scenes.length))}</aside>
<main id="verdict" tabindex="-1">${sections}</main></div>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`.text
}

/** On the axis where all lives begin at once there is room for the longest, and not for the whole gate. */
function scaleOf({ index, gateMs, longestMs }: Scene): string {
  return `#lives-${index + 1}{--stretch:${Number((gateMs / longestMs).toFixed(4))}}\n`
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

const OUTCOMES: readonly Outcome[] = ['fail', 'warn', 'waived', 'blocked', 'skipped', 'pass']

/** Without its script the page is whole, and these would do nothing. */
function renderTools({ summary }: RunVerdict): Markup {
  return html`<form class="tools" hidden>
<label for="filter">Filter <kbd>/</kbd></label><input id="filter" type="search" autocomplete="off" spellcheck="false" placeholder="clause, life, log line">
<fieldset><legend>Show</legend>${OUTCOMES.filter(outcome => summary[outcome] > 0).map(
    outcome =>
      html`<label class="outcome ${outcome}"><input type="checkbox" name="outcome" value="${outcome}" checked> <span aria-hidden="true">${MARKS[outcome].mark}</span> ${outcome} <b>${summary[outcome]}</b></label>`,
  )}</fieldset>
<fieldset class="axis-choice"><legend>Lives begin <kbd>g</kbd></legend><label><input type="radio" name="axis" value="gate" checked> as in the gate</label><label><input type="radio" name="axis" value="launch"> all at 0</label></fieldset>
<label for="zoom">Magnify <kbd>+</kbd> <kbd>−</kbd></label><input id="zoom" type="range" min="0" max="7" step="0.5" value="0">
<p id="found" role="status"></p>
<details><summary>Keys</summary><label><input type="checkbox" id="keys" checked> use single keys</label><dl class="keys"><div><dt><kbd>n</kbd> <kbd>p</kbd></dt><dd>next, previous failure</dd></div><div><dt><kbd>/</kbd></dt><dd>filter; <kbd>Esc</kbd> clears it</dd></div><div><dt><kbd>g</kbd></dt><dd>lives begin as in the gate, or all at 0</dd></div><div><dt><kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd></dt><dd>magnify the axis</dd></div><div><dt><kbd>e</kbd></dt><dd>open or close all lives that are shown</dd></div></dl></details>
</form>`
}

/** What to jump to. */
function renderContents({ verdict, index, lives }: Scene, sidecars: number): Markup {
  const broken = BROKEN.flatMap(outcome => verdict.clauses.filter(clause => clause.outcome === outcome))
  const link = (section: string, words: string) =>
    html`<li><a href="#${anchorOf('sidecar', index, section)}">${words}</a></li>`
  return html`<nav aria-label="${verdict.contract.name}">${sidecars === 1 ? null : html`<h2><a href="#${anchorOf('sidecar', index, 'verdict')}">${verdict.contract.name}</a> <span class="outcome ${verdict.outcome}">${verdict.outcome}</span></h2>`}
<ul>${broken.map(
    ({ id, outcome }) =>
      html`<li class="${outcome}"><a href="#${anchorOf('clause', index, id)}"><span aria-hidden="true">${MARKS[outcome].mark}</span> ${id}</a></li>`,
  )}${link('lives', `Lives (${lives.length})`)}${link('clauses', `Clauses (${verdict.clauses.length})`)}</ul></nav>`
}

function renderSidecar(scene: Scene, moments: MomentsOf, mostLines: number, isOnly: boolean): Markup {
  const { verdict, index } = scene
  const { contract, outcome, summary, artifact } = verdict
  const counts = OUTCOMES.filter(each => summary[each] > 0)
  const id = (section: string) => anchorOf('sidecar', index, section)
  return html`<section class="sidecar" id="${id('verdict')}" aria-labelledby="${id('name')}">
<h2 id="${id('name')}">${isOnly ? 'Verdict' : html`<span class="badge ${outcome}">${outcome}</span> ${contract.name}`}</h2>
<ul class="counts">${counts.map(each => html`<li class="outcome ${each}"><span aria-hidden="true">${MARKS[each].mark}</span> <b>${summary[each]}</b> ${each}</li>`)}</ul>
<dl class="subject"><div><dt>file</dt><dd><code>${artifact.path}</code></dd></div><div><dt>what</dt><dd>${artifact.triple ?? artifact.format}, ${size(artifact.bytes)}</dd></div><div><dt>sha256</dt><dd><code>${artifact.sha256}</code></dd></div><div><dt>contract</dt><dd>${contract.file === null ? 'the default contract' : html`<code>${contract.file}</code>`}</dd></div></dl>
${describeConditions(verdict).map(line => html`<p class="note">${line.trim()}</p>`)}
<section aria-labelledby="${id('broken')}"><h3 id="${id('broken')}">What does not hold</h3>
${renderBroken(scene)}</section>
<section aria-labelledby="${id('lives')}"><h3 id="${id('lives')}" tabindex="-1">Lives</h3>
${renderLives(scene, moments, mostLines)}</section>
<section aria-labelledby="${id('clauses')}"><h3 id="${id('clauses')}" tabindex="-1">Clauses</h3>
${renderClauses(scene)}</section>
</section>
`
}
