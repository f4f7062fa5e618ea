import { type LifePhase, phasesOf } from '../life-phases.ts'
import { type ProcessLane, processesOf, shortCommand } from '../life-processes.ts'
import type { Moment } from '../moments.ts'
import { percent, renderAxis } from './axis.ts'
import {
  drawFlags,
  drawMarks,
  drawPhases,
  drawProcess,
  drawSpans,
  drawTicks,
  type Surface,
  stack,
  stretched,
} from './drawing.ts'
import { html, type Markup } from './markup.ts'
import type { SceneLife } from './scene.ts'

const ROW_HEIGHT = 18
const MIDDLE = ROW_HEIGHT / 2
/** A name does not fit into less, in per cent of the width. */
const LEAST_NAMED_PERCENT = 7
const MOST_PROCESSES = 24
/** Bursts come in hundreds: what more of them overlap is a block of colour. */
const MOST_REQUEST_ROWS = 8
const REQUEST_ROW = 6

/** One life on an axis of its own, row by row. */
export function renderCloseup(life: SceneLife, moments: readonly Moment[]): Markup {
  const lastsMs = Math.max(life.lastsMs, 1)
  const surface: Surface = { lastsMs, height: ROW_HEIGHT }
  const phases = phasesOf(life.recording)
  const of = (...kinds: readonly Moment['kind'][]) => moments.filter(({ kind }) => kinds.includes(kind))
  const processes = processesOf(life.recording)
  const more = processes.length - MOST_PROCESSES
  const seenMs = life.seen.map(({ sinceLaunchMs }) => sinceLaunchMs)
  const row = (
    label: string | Markup,
    shapes: readonly Shape[],
    over: Markup | null = null,
    height = ROW_HEIGHT,
  ) => {
    const box: Surface = { lastsMs, height }
    return html`<span class="label">${label}</span><svg class="row" height="${height}">${stretched(box, html`width="100%"`, shapes)}${over ?? drawFlags(seenMs, box, true)}</svg>
`
  }
  const requests = stack(of('request', 'bad request'), MOST_REQUEST_ROWS)
  return html`<div class="closeup" aria-hidden="true">
${row('phases', [drawPhases(phases, surface, 2, ROW_HEIGHT - 4)], html`${namePhases(phases, surface)}${drawMarks(moments, surface, MIDDLE)}${drawFlags(seenMs, surface)}`)}
${row(
  'requests',
  requests.flatMap((each, index) => drawRequests(each, surface, MIDDLE + index * REQUEST_ROW)),
  null,
  ROW_HEIGHT + Math.max(0, requests.length - 1) * REQUEST_ROW,
)}
${row('stdout', [drawTicks(of('stdout'), surface, 'stdout', 4, ROW_HEIGHT - 8)])}
${row('stderr', [drawTicks(of('stderr'), surface, 'stderr', 4, ROW_HEIGHT - 8)])}
${processes.slice(0, MOST_PROCESSES).map(process => row(nameProcess(process), [drawProcess(process, surface, MIDDLE)]))}
${more > 0 ? html`<span class="label"></span><span>… ${more} more processes</span>` : null}
<span class="label"></span>${renderAxis(lastsMs, 'own')}
</div>`
}

type Shape = Markup | null

function drawRequests(moments: readonly Moment[], surface: Surface, y: number): readonly Shape[] {
  const isBad = ({ kind }: Moment) => kind === 'bad request'
  return [
    drawSpans(
      moments.filter(moment => !isBad(moment)),
      surface,
      'request',
      y,
    ),
    drawSpans(moments.filter(isBad), surface, 'request bad', y),
  ]
}

function namePhases(phases: readonly LifePhase[], { lastsMs }: Surface): Markup {
  return html`${phases
    .filter(({ fromMs, toMs }) => (100 * (toMs - fromMs)) / lastsMs >= LEAST_NAMED_PERCENT)
    .map(
      ({ name, fromMs, toMs }) =>
        html`<text class="name" x="${percent((fromMs + toMs) / 2, lastsMs)}" y="${MIDDLE + 4}">${name}</text>`,
    )}`
}

function nameProcess({ pid, command, isLeft }: ProcessLane): Markup {
  const shown = command === null ? '' : shortCommand(command)
  return html`<b>${pid}</b> ${shown}${isLeft ? ' (left behind)' : ''}`
}
