import type { Diagnosis } from '../../diagnosis/known-failure.ts'
import { groupByBlocker } from '../../gate/blockades.ts'
import type { ClauseResult } from '../../gate/clause-result.ts'
import type { Verdict } from '../../gate/verdict.ts'
import type { StreamName } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import { explainBundle } from '../bundle.ts'
import { MARKS } from '../paint.ts'
import { reproduce } from '../reproduce.ts'
import { count } from '../words.ts'
import { html, type Markup, type Part } from './markup.ts'
import { anchorOf, BROKEN, type Scene } from './scene.ts'

/** What does not hold, in full: what fails the gate first, and among those what blocks most. */
export function renderBroken(scene: Scene): Markup {
  const { verdict } = scene
  const blockades = new Map(groupByBlocker(verdict.clauses).map(({ blocker, blocked }) => [blocker, blocked]))
  const weight = (clause: ClauseResult) => blockades.get(clause)?.length ?? 0
  const broken = BROKEN.flatMap(outcome =>
    verdict.clauses.filter(clause => clause.outcome === outcome).sort((a, b) => weight(b) - weight(a)),
  )
  const further = renderFurther(verdict)
  const bundle = renderBundle(verdict)
  if (broken.length === 0 && further === null && verdict.bundle?.outcome !== 'fail')
    return html`<p class="holds">Everything that was judged holds.</p>${bundle}`
  return html`${further}${bundle}${broken.map(clause => renderFailure(clause, scene, blockades.get(clause) ?? []))}`
}

/** What fails the gate and is no failure of a clause. */
function renderFurther({ outcome, strict, staleWaivers, unproven }: Verdict): Markup | null {
  const told = [
    ...(outcome === 'interrupted' ? ['It was interrupted before everything could be judged.'] : []),
    ...(unproven.length === 0
      ? []
      : [
          `${count(unproven.length, 'clause')} had to hold and could not be judged, which fails the gate: ${unproven.join(', ')}.`,
        ]),
    ...(staleWaivers.length === 0
      ? []
      : [
          `Waived, though what is excused holds${strict ? ', which fails a strict gate' : ''}: ${staleWaivers.join(', ')}.`,
        ]),
  ]
  return told.length === 0 ? null : html`<ul class="further">${told.map(line => html`<li>${line}</li>`)}</ul>`
}

/** What was found in a bundle, which is no clause. */
function renderBundle({ bundle }: Verdict): Markup | null {
  if (bundle === null) return null
  const { outcome, observed } = bundle
  if (outcome === 'pass') return html`<p class="holds">In the bundle: ${observed}.</p>`
  return html`<article class="failure fail"><h4><span class="mark" aria-hidden="true">${MARKS.fail.mark}</span> bundle <small>fail</small></h4>
<pre>${explainBundle(bundle)}</pre></article>`
}

function renderFailure(clause: ClauseResult, scene: Scene, blocked: readonly ClauseResult[]): Markup {
  const { id, level, outcome, promise, expected, observed, reason, lastLines } = clause
  const { verdict, index } = scene
  const title = `title-${anchorOf('clause', index, id)}`
  return html`<article class="failure ${outcome}" id="${anchorOf('clause', index, id)}" tabindex="-1" aria-labelledby="${title}">
<h4 id="${title}"><span class="mark" aria-hidden="true">${MARKS[outcome].mark}</span> ${id} <small>${outcome}, ${level}</small></h4>
<p class="promise">${promise}</p>
<dl>
${outcome === 'waived' ? pair('waived', reason ?? '') : null}
${pair('expected', expected ?? '')}
${pair('seen', html`<strong>${observed ?? ''}</strong>`)}
${pair('when', renderWhen(clause, scene))}
${clause.diagnosis === null ? null : renderDiagnosis(clause.diagnosis)}
${lastLines === null ? null : (['stderr', 'stdout'] as const).map(stream => pair(stream, renderLastLines(lastLines, stream)))}
${blocked.length === 0 ? null : pair('blocks', `${count(blocked.length, 'clause')}, which could not be judged: ${blocked.map(each => each.id).join(', ')}`)}
${pair('again', html`<code class="command">${reproduce(verdict, id)}</code>`)}
</dl></article>
`
}

function renderWhen({ id, seen }: ClauseResult, { lives, index }: Scene): Part {
  if (seen === null) return 'in the file, before it was launched'
  const words = `${duration(seen.sinceLaunchMs)} after the launch, in the life ${seen.life}`
  const isThere = lives.some(life => life.id === seen.life)
  return isThere ? html`<a class="jump" href="#${anchorOf('moment', index, id)}">${words}</a>` : words
}

/** Why, by what that was seen, and what to do. */
function renderDiagnosis({ cause, evidence, fix, sources }: Diagnosis): Markup {
  const seen = evidence.length === 0 ? null : html`<ul>${evidence.map(each => html`<li>${each}</li>`)}</ul>`
  const links = sources.map((source, index) => [index === 0 ? '' : ', ', renderSource(source)])
  return html`${pair('why', [html`<strong>${cause}</strong>`, seen])}${pair('mend', withCode(fix))}${sources.length === 0 ? null : pair('see', links)}`
}

/** What stands between backticks is code. */
function withCode(text: string): Part {
  return text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))
}

/** The one kind of link that leaves the page, and only where somebody follows it. */
function renderSource(source: string): Part {
  return source.startsWith('https://') ? html`<a href="${source}" rel="noreferrer">${source}</a>` : source
}

function renderLastLines(last: NonNullable<ClauseResult['lastLines']>, stream: StreamName): Part {
  const { lines, earlier } = last[stream]
  if (lines.length === 0) return 'stayed empty until then'
  const before = earlier === 0 ? null : html`<span class="note">… ${count(earlier, 'line')} before</span>\n`
  const told = lines.map(
    ({ sinceLaunchMs, text }) => html`<time>+${duration(sinceLaunchMs)}</time> ${text}\n`,
  )
  return html`<pre class="${stream}">${before}${told}</pre>`
}

function pair(term: string, told: Part): Markup {
  return html`<div><dt>${term}</dt><dd>${told}</dd></div>`
}
