import { summariseLife } from '../../gate/life-summary.ts'
import { duration } from '../../text/duration.ts'
import { LIFE_PHASES, PHASE_WORDS } from '../life-phases.ts'
import type { Moment } from '../moments.ts'
import { MARKS } from '../paint.ts'
import { renderAxis } from './axis.ts'
import { renderCloseup } from './closeup.ts'
import { renderHappenings } from './happenings.ts'
import { renderLane } from './lane.ts'
import { html, type Markup } from './markup.ts'
import { anchorOf, BROKEN, outcomeOf, type Scene, type SceneLife } from './scene.ts'

export type MomentsOf = (life: SceneLife) => readonly Moment[]

/** All lives, a lane each, on one axis, in the order of their launches; each opens into a close-up and the list of what happened. */
export function renderLives(scene: Scene, momentsOf: MomentsOf, mostLines: number): Markup {
  const { lives, index } = scene
  if (lives.length === 0) return html`<p>It was not launched.</p>`
  const name = `lives-${index + 1}`
  return html`${renderKey()}<div class="lanes" id="${name}" role="region" tabindex="0" aria-label="Lives of ${scene.verdict.contract.name}"><div class="wide">
<div class="axes"><span class="who">${lives.length} ${lives.length === 1 ? 'life' : 'lives'}</span><div class="scale">${renderAxis(scene.gateMs, 'gate')}${renderAxis(scene.longestMs, 'launch')}</div></div>${renderAxis(scene.gateMs, 'gate', true)}${renderAxis(scene.longestMs, 'launch', true)}
${lives.map(life => renderLife(life, scene, momentsOf(life), mostLines))}</div></div>`
}

function renderLife(life: SceneLife, scene: Scene, moments: readonly Moment[], mostLines: number): Markup {
  const { id, anchor } = life
  const outcome = outcomeOf(life)
  const mark = outcome === null ? '·' : MARKS[outcome].mark
  return html`<details class="life ${outcome ?? 'idle'}" id="${anchor}" data-outcome="${outcome ?? 'pass'}"><summary><span class="who"><b><span class="mark" aria-hidden="true">${mark}</span> ${id}</b><small>${describeLife(life)}</small></span><span class="scale">${renderLane(life, moments, scene)}</span></summary>
<div class="body">${renderJudged(life, scene.index)}${renderCloseup(life, moments)}${renderHappenings(life, moments, mostLines, scene.index)}</div></details>
`
}

/** In figures: `ready 35 ms, exit 0 after 5 ms`. */
function describeLife({ recording }: SceneLife): string {
  const { readyMs, stopMs, exit } = summariseLife(recording)
  const code = exit === null ? 'no exit seen' : exit.signal === null ? `exit ${exit.code}` : exit.signal
  return [
    readyMs === null ? 'never ready' : `ready ${duration(readyMs)}`,
    stopMs === null ? code : `${code} after ${duration(stopMs)}`,
  ].join(' · ')
}

function renderJudged({ clauses, seen }: SceneLife, sidecar: number): Markup {
  const failed = seen.map(({ clause }) => clause)
  const others = clauses.filter(clause => !failed.includes(clause))
  const held = others.filter(({ outcome }) => outcome === 'pass')
  const elsewhere = others.filter(({ outcome }) => BROKEN.includes(outcome))
  const link = (id: string) => html`<a href="#${anchorOf('clause', sidecar, id)}">${id}</a>`
  const line = (words: string, ids: readonly string[]) =>
    ids.length === 0
      ? null
      : html`<li>${words} ${ids.map((id, index) => [index === 0 ? '' : ', ', link(id)])}</li>`
  return html`<ul class="judged">${line(
    'Seen here not to hold:',
    failed.map(({ id }) => id),
  )}${line(
    'It also served to judge, and does not hold:',
    elsewhere.map(({ id }) => id),
  )}${line(
    'Shown to hold:',
    held.map(({ id }) => id),
  )}</ul>`
}

/** What colours and shapes mean. */
function renderKey(): Markup {
  const phases = LIFE_PHASES.map(
    name =>
      html`<li><svg width="22" height="10" aria-hidden="true"><rect class="${name}" width="22" height="10"/></svg> <b>${name}</b> ${PHASE_WORDS[name]}</li>`,
  )
  const mark = (shape: string, words: string) => {
    // A flag hangs beside its pole, and above.
    const flag = shape === 'mark-flag' ? html` class="flag" x="-5" y="-4"` : null
    return html`<li><svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true"><use href="#${shape}"${flag}/></svg> ${words}</li>`
  }
  const tick = (className: string, words: string) =>
    html`<li><svg width="14" height="10" viewBox="0 0 14 10" aria-hidden="true"><path class="${className}" d="${className === 'request' || className === 'process' ? 'M0 5h14' : 'M3 1v8M7 1v8M11 1v8'}"/></svg> ${words}</li>`
  return html`<ul class="key" aria-label="Key">${phases}
${tick('request', 'request, until its answer')}${mark('mark-announced', 'announced')}${mark('mark-ready', 'ready')}${mark('mark-demand', 'asked to stop')}${mark('mark-exit', 'exit')}${mark('mark-bad', 'in vain, or left behind')}${mark('mark-flag', 'seen not to hold')}${tick('stdout', 'line of stdout')}${tick('stderr', 'line of stderr')}${tick('process', 'further process')}</ul>`
}
