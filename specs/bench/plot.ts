import { html, Markup } from '../../harness/report/html/markup.ts'
import { figuresOf } from './figures.ts'
import { short } from './report.ts'
import { OURS } from './targets.ts'
import type { Comparison, Side } from './topic.ts'

/* A drawing of who needs how long, for docs/performance.md: every round a dot, the median a line. */

const WIDTH = 880
/** For the names on the left, and the medians on the right. */
const NAMES = 270
const FIGURES = 130
const ROW = 22
/** For what a panel is about, and for its axis. */
const HEAD = 30
const AXIS = 26

/** GitHub shows it on light paper or dark, as its reader has it. */
const STYLE = `text{font:13px system-ui,sans-serif;fill:#1f2328}.head{font-weight:600}.soft,.axis text{fill:#656d76;font-size:12px}.axis line{stroke:#d0d7de}
circle{fill:#656d76;fill-opacity:.35}.median{stroke:#656d76;stroke-width:2.5}.ours circle{fill:#0969da}.ours .median{stroke:#0969da}.ours text{font-weight:600}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.soft,.axis text{fill:#8d96a0}.axis line{stroke:#30363d}circle{fill:#8d96a0}.median{stroke:#8d96a0}.ours circle{fill:#4493f8}.ours .median{stroke:#4493f8}}`

/** One panel for each comparison, all on one axis: a logarithmic one, because the slowest take a thousand times the quickest. */
export function renderPlot(comparisons: readonly Comparison[]): string {
  const panels = comparisons.map(comparison => ({ comparison, sides: comparison.sides.filter(isMeasured) }))
  const drawn = panels.filter(({ sides }) => sides.length > 0)
  const axis = axisOf(drawn.flatMap(({ sides }) => sides.flatMap(({ samples }) => samples)))
  let top = 0
  const parts = drawn.map(({ comparison, sides }) => {
    const part = panel(comparison, sides, axis, top)
    top += HEAD + ROW * sides.length + AXIS
    return part
  })
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" role="img" aria-label="${drawn.map(({ comparison }) => comparison.what).join('; ')}">
<style>${new Markup(STYLE)}</style>
${parts}</svg>
`.text
}

function isMeasured({ samples }: Side): boolean {
  return samples.length > 0
}

/** From one power of ten to another. */
interface Axis {
  readonly powers: readonly number[]
  /** Where so many milliseconds are, in the drawing's own units. */
  place(ms: number): number
}

function axisOf(samples: readonly number[]): Axis {
  const logs = samples.map(Math.log10)
  const [from, to] = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))]
  const span = Math.max(1, to - from)
  return {
    powers: Array.from({ length: span + 1 }, (_, step) => from + step),
    place: ms => NAMES + ((Math.log10(ms) - from) / span) * (WIDTH - NAMES - FIGURES),
  }
}

function panel(comparison: Comparison, sides: readonly Side[], axis: Axis, top: number): Markup {
  const bottom = top + HEAD + ROW * sides.length
  const ticks = axis.powers.map(power => {
    const x = rounded(axis.place(10 ** power))
    return html`<line x1="${x}" x2="${x}" y1="${top + HEAD}" y2="${bottom}"/><text x="${x}" y="${bottom + 14}" text-anchor="middle">${label(power)}</text>`
  })
  const rows = sides.map((side, index) => row(comparison, side, axis, top + HEAD + ROW * (index + 0.5)))
  return html`<text class="head" x="8" y="${top + 20}">${comparison.what}</text>
<g class="axis">${ticks}</g>
${rows}`
}

function row(comparison: Comparison, side: Side, axis: Axis, y: number): Markup {
  const figures = figuresOf(comparison, side)
  const median = figures?.spread.median ?? Number.NaN
  const x = rounded(axis.place(median))
  const against = figures?.ratio ? `  ${short(figures.ratio.median)} ×` : ''
  return html`<g class="${side.name.startsWith(OURS) ? 'ours' : 'other'}"><text x="${NAMES - 12}" y="${y + 4}" text-anchor="end">${side.name}</text>${side.samples.map(
    sample => html`<circle cx="${rounded(axis.place(sample))}" cy="${y}" r="3"/>`,
  )}<line class="median" x1="${x}" x2="${x}" y1="${y - 8}" y2="${y + 8}"/><text class="soft" x="${WIDTH - FIGURES + 12}" y="${y + 4}">${short(median)} ms${against}</text></g>
`
}

function label(power: number): string {
  return power >= 3 ? `${10 ** (power - 3)} s` : `${Number((10 ** power).toPrecision(1))} ms`
}

function rounded(value: number): string {
  return value.toFixed(1)
}
