import { html, type Markup } from './markup.ts'

/** Labels that fit beside each other on a laptop's screen. */
const MOST_TICKS = 9

/** Round times of an axis: 0, 50, 100, … so that there are no more than fit. */
export function ticksOf(spanMs: number, most: number = MOST_TICKS): readonly number[] {
  const step = stepFor(spanMs / most)
  return Array.from({ length: Math.floor(spanMs / step) + 1 }, (_, index) => index * step)
}

/** The least of 1, 2, 5, 10, 20, 50, … that is no less. */
function stepFor(leastMs: number): number {
  const power = 10 ** Math.floor(Math.log10(leastMs))
  return ([1, 2, 5].find(digit => digit * power >= leastMs) ?? 10) * power
}

/** `250 ms`, `1.5 s`: as short as a tick allows. */
export function tickLabel(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toFixed(3))} s` : `${Number(ms.toFixed(3))} ms`
}

/** A time's place on an axis, in per cent: finer than a pixel at the highest magnification. */
export function percent(ms: number, spanMs: number): string {
  return `${Number(((100 * ms) / spanMs).toFixed(4))}%`
}

/** Labels and lines of an axis, or the lines alone. The page's script draws them anew when it is magnified. */
export function renderAxis(spanMs: number, mode: 'gate' | 'launch' | 'own', lines = false): Markup {
  if (lines)
    return html`<svg class="axis lines ${mode}" data-ms="${spanMs.toFixed(3)}" aria-hidden="true"></svg>`
  return html`<svg class="axis ${mode}" data-ms="${spanMs.toFixed(3)}" aria-hidden="true" height="18">${ticksOf(
    spanMs,
  ).map(
    ms =>
      html`<line x1="${percent(ms, spanMs)}" x2="${percent(ms, spanMs)}" y1="0" y2="100%"/><text x="${percent(ms, spanMs)}" y="12" dx="4">${tickLabel(ms)}</text>`,
  )}</svg>`
}
