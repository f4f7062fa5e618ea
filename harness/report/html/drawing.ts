import type { LifePhase } from '../life-phases.ts'
import type { ProcessLane } from '../life-processes.ts'
import type { Moment } from '../moments.ts'
import { percent } from './axis.ts'
import { html, type Markup } from './markup.ts'

/*
 * Pieces of a life's picture. What has a length is drawn in a box of its own, which is stretched over the life's time:
 * hundreds of log lines are one path in it. What has a shape stands beside that, at per cents of the same width.
 */

/** Units of the stretched box: finer than a pixel at any magnification. */
const UNITS = 100_000

/** A drawing surface of a life that lasts so long. */
export interface Surface {
  readonly lastsMs: number
  readonly height: number
}

/** A box that is stretched over the surface's width. */
export function stretched(
  { height }: Surface,
  attributes: Markup,
  shapes: readonly (Markup | null)[],
): Markup {
  return html`<svg ${attributes} height="${height}" viewBox="0 0 ${UNITS} ${height}" preserveAspectRatio="none">${shapes}</svg>`
}

function place(ms: number, { lastsMs }: Surface): number {
  return Math.round((UNITS * Math.max(0, Math.min(ms, lastsMs))) / lastsMs)
}

/** The phases as bars behind each other. */
export function drawPhases(
  phases: readonly LifePhase[],
  surface: Surface,
  y: number,
  height: number,
): Markup {
  return html`${phases.map(({ name, fromMs, toMs }) => {
    const x = place(fromMs, surface)
    const width = place(toMs, surface) - x
    return width === 0
      ? null
      : html`<rect class="${name}" x="${x}" y="${y}" width="${width}" height="${height}"/>`
  })}`
}

/** Each of these as long as it lasted. */
export function drawSpans(
  moments: readonly Moment[],
  surface: Surface,
  className: string,
  y: number,
): Markup | null {
  const path = moments
    .map(({ sinceLaunchMs, lastsMs }) => {
      const x = place(sinceLaunchMs, surface)
      return `M${x} ${y}h${Math.max(1, place(sinceLaunchMs + (lastsMs ?? 0), surface) - x)}`
    })
    .join('')
  return path === '' ? null : html`<path class="${className}" d="${path}"/>`
}

/** Puts what overlaps into rows below each other; what finds no free one of `most` rows into the last. */
export function stack(moments: readonly Moment[], most: number): readonly (readonly Moment[])[] {
  const rows: { readonly moments: Moment[]; endMs: number }[] = []
  for (const moment of moments) {
    const { sinceLaunchMs, lastsMs } = moment
    let row = rows.find(({ endMs }) => endMs <= sinceLaunchMs)
    if (row === undefined && rows.length < most) {
      row = { moments: [], endMs: 0 }
      rows.push(row)
    }
    row ??= rows.at(-1)
    if (row === undefined) continue
    row.moments.push(moment)
    row.endMs = Math.max(row.endMs, sinceLaunchMs + (lastsMs ?? 0))
  }
  return rows.map(row => row.moments)
}

/** A tick for each of these. */
export function drawTicks(
  moments: readonly Moment[],
  surface: Surface,
  className: string,
  y: number,
  height: number,
): Markup | null {
  const places = new Set(moments.map(({ sinceLaunchMs }) => place(sinceLaunchMs, surface)))
  const path = [...places].map(x => `M${x} ${y}v${height}`).join('')
  return path === '' ? null : html`<path class="${className}" d="${path}"/>`
}

/** When a process was there. */
export function drawProcess(process: ProcessLane, surface: Surface, y: number): Markup {
  const x = place(process.fromMs, surface)
  const width = Math.max(1, place(process.toMs, surface) - x)
  return html`<path class="process${process.isLeft ? ' left' : ''}" d="M${x} ${y}h${width}"/>`
}

/** The shapes that stand for moments which decide a life, each with what it is. */
export function drawMarks(moments: readonly Moment[], { lastsMs }: Surface, y: number): Markup {
  return html`${moments.flatMap(({ kind, sinceLaunchMs, what, text }) => {
    const shape = SHAPES[kind]
    if (shape === undefined) return []
    return [
      html`<use href="#${shape}" x="${percent(sinceLaunchMs, lastsMs)}" y="${y}"><title>${what} ${text}</title></use>`,
    ]
  })}`
}

const SHAPES: Readonly<Partial<Record<Moment['kind'], string>>> = {
  announcement: 'mark-announced',
  ready: 'mark-ready',
  demand: 'mark-demand',
  bad: 'mark-bad',
  exit: 'mark-exit',
}

/** Flags where a clause was seen not to hold; their poles alone, where the flags stand above. */
export function drawFlags(times: readonly number[], { lastsMs, height }: Surface, above = false): Markup {
  return html`${times.map(ms => {
    const x = percent(ms, lastsMs)
    const flag = above ? null : html`<use class="flag" href="#mark-flag" x="${x}"/>`
    return html`<line class="flag" x1="${x}" x2="${x}" y1="0" y2="${height}"/>${flag}`
  })}`
}

/** Drawn once, and used wherever such a mark stands: around 0,0, ten units high. */
export const MARK_SHAPES: Markup = html`<svg class="shapes" aria-hidden="true" width="0" height="0"><defs>
<path id="mark-announced" d="M0-5L5 0L0 5L-5 0Z"/>
<circle id="mark-ready" r="4.5"/>
<path id="mark-demand" d="M-5-5H5L0 5Z"/>
<path id="mark-bad" d="M-4-4L4 4M4-4L-4 4"/>
<path id="mark-exit" d="M-2-6H2V6H-2Z"/>
<path id="mark-flag" d="M0 0H11L8 4L11 8H0Z"/>
</defs></svg>`
