import { duration } from '../../text/duration.ts'
import { phasesOf } from '../life-phases.ts'
import { processesOf } from '../life-processes.ts'
import type { Moment } from '../moments.ts'
import { MARKS } from '../paint.ts'
import { count } from '../words.ts'
import { percent } from './axis.ts'
import {
  drawFlags,
  drawMarks,
  drawPhases,
  drawProcess,
  drawSpans,
  drawTicks,
  type Surface,
  stretched,
} from './drawing.ts'
import { html, type Markup } from './markup.ts'
import type { Scene, SceneLife } from './scene.ts'

/* Rows of a lane, from its top. */
const REQUESTS_Y = 5
const BAR = { y: 10, height: 10 }
const STDOUT_Y = 23
const STDERR_Y = 29
const TICK_HEIGHT = 5
const PROCESSES_Y = 39
const PROCESS_ROW = 5
/** Of a tree that bursts hundreds can be known: more than this is a block of colour. */
const MOST_CHILDREN = 12

/** A life as a lane on the axis that all lives share. */
export function renderLane(life: SceneLife, moments: readonly Moment[], { gateMs }: Scene): Markup {
  const children = processesOf(life.recording)
    .filter(({ isLeader }) => !isLeader)
    .slice(0, MOST_CHILDREN)
  const height = PROCESSES_Y - PROCESS_ROW + children.length * PROCESS_ROW + 2
  const surface: Surface = { lastsMs: Math.max(life.lastsMs, 1), height }
  const box = html`x="${percent(life.launchedMs, gateMs)}" width="${percent(surface.lastsMs, gateMs)}"`
  const of = (...kinds: readonly Moment['kind'][]) => moments.filter(({ kind }) => kinds.includes(kind))
  const shapes = [
    drawPhases(phasesOf(life.recording), surface, BAR.y, BAR.height),
    drawSpans(of('request'), surface, 'request', REQUESTS_Y),
    drawSpans(of('bad request'), surface, 'request bad', REQUESTS_Y),
    drawTicks(of('stdout'), surface, 'stdout', STDOUT_Y, TICK_HEIGHT),
    drawTicks(of('stderr'), surface, 'stderr', STDERR_Y, TICK_HEIGHT),
    ...children.map((child, index) => drawProcess(child, surface, PROCESSES_Y + index * PROCESS_ROW)),
  ]
  return html`<svg class="lane" height="${height}" role="img" aria-label="${describeLane(life, moments, children.length)}">${stretched(surface, html`class="own" ${box}`, shapes)}<svg class="own marks" ${box} height="${height}">${drawMarks(moments, surface, BAR.y + BAR.height / 2)}${drawFlags(
    life.seen.map(({ sinceLaunchMs }) => sinceLaunchMs),
    surface,
  )}</svg></svg>`
}

/** The lane in words, for those who hear it. */
function describeLane(
  { id, recording, seen, lastsMs }: SceneLife,
  moments: readonly Moment[],
  children: number,
): string {
  const story = moments.filter(({ kind }) =>
    ['announcement', 'ready', 'demand', 'bad', 'exit'].includes(kind),
  )
  const lines = recording.stdout.lines.length + recording.stderr.lines.length
  const told = [
    ...story.map(({ what, text, sinceLaunchMs }) =>
      [what, text, `after ${duration(sinceLaunchMs)}`].filter(word => word !== '').join(' '),
    ),
    `${count(moments.filter(({ kind }) => kind === 'request' || kind === 'bad request').length, 'request')}`,
    `${count(lines, 'log line')}`,
    ...(children === 0 ? [] : [`${children} further ${children === 1 ? 'process' : 'processes'}`]),
    ...seen.map(
      ({ clause, sinceLaunchMs }) =>
        `${MARKS[clause.outcome].mark} ${clause.id} (${clause.outcome}) seen after ${duration(sinceLaunchMs)}`,
    ),
  ]
  return `${id}, ${duration(lastsMs)}: ${told.join('; ')}`
}
