import type { Outcome } from '../gate/clause-result.ts'
import type { RunVerdict } from '../gate/run-verdict.ts'
import type { Verdict } from '../gate/verdict.ts'
import { duration } from '../text/duration.ts'
import { renderBroken } from './broken.ts'
import { describeBundle, explainBundle } from './bundle.ts'
import { renderEach, renderGroups, renderSkipped } from './overview.ts'
import { MARKS, type Paint, paintFor, type Style } from './paint.ts'
import { describeSubject } from './subject.ts'
import { describeMeasure, describeTimes } from './times.ts'
import { count, cut, ID_WIDTH } from './words.ts'

/** What a terminal shows at once; a CI log is opened at its end, too. */
const SCREEN_LINES = 30
/** `strict`, `unproven`, `interrupted`: what stands before a line of the end. */
const LABEL_WIDTH = 8

export interface TerminalOptions {
  /** Every clause in a line of its own, with what was observed of those that hold. */
  readonly verbose?: boolean
}

/**
 * The verdict for people, who read it an hour before a release, from its end: a terminal stands there when it is done,
 * and a CI log is opened there. So what holds comes first and briefly, then what does not, in full, and the outcome last;
 * what has scrolled away by then is named once more. `stream` decides on colour.
 */
export function renderTerminal(
  run: RunVerdict,
  stream: NodeJS.WriteStream | null,
  { verbose = false }: TerminalOptions = {},
): string {
  const paint = paintFor(stream)
  const overview = run.sidecars.flatMap(sidecar => [
    describeSubject(sidecar),
    verbose ? renderEach(sidecar.clauses, paint) : renderGroups(sidecar.clauses, paint),
    renderSkipped(sidecar.clauses, paint),
    sidecar.bundle?.outcome === 'pass' ? describeBundle(sidecar.bundle, paint) : [],
  ])
  const broken = run.sidecars.flatMap(sidecar => [
    ...renderBroken(sidecar, { paint, verbose, of: nameOf(sidecar, run) }),
    ...renderBundle(sidecar, nameOf(sidecar, run), paint),
  ])
  const hasScrolled = broken.join('\n\n').split('\n').length > SCREEN_LINES
  const end = [
    ...describeTimes(run),
    ...describeSidecars(run, paint),
    ...describeTargets(run),
    ...describeFurtherFaults(run),
    renderOutcome(run, paint),
  ]
  return `${[
    ...overview,
    ...broken.map(paragraph => [paragraph]),
    hasScrolled ? nameBroken(run, paint) : [],
    end,
  ]
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

/** Put before what is told of a sidecar, where there are others. */
function nameOf({ contract }: Verdict, { sidecars }: RunVerdict): string {
  return sidecars.length === 1 ? '' : `${contract.name}: `
}

/** A bundle that fails the gate. */
function renderBundle({ bundle }: Verdict, of: string, paint: Paint): readonly string[] {
  if (bundle?.outcome !== 'fail') return []
  const { mark, style } = MARKS.fail
  const [heading = '', ...rest] = explainBundle(bundle).split('\n')
  return [[paint(style, `${mark} ${of}${heading}`), ...rest].join('\n')]
}

/** One line for each failure. */
function nameBroken(run: RunVerdict, paint: Paint): readonly string[] {
  const lines = (outcome: 'warn' | 'fail') =>
    run.sidecars.flatMap(sidecar =>
      sidecar.clauses
        .filter(clause => clause.outcome === outcome)
        .map(({ id, observed }) => {
          const { mark, style } = MARKS[outcome]
          const head = `${mark} ${nameOf(sidecar, run)}${id.padEnd(ID_WIDTH)}  `
          return `${paint(style, head)}${cut(observed ?? '', head.length)}`
        }),
    )
  return [...lines('warn'), ...lines('fail')]
}

function describeSidecars({ sidecars }: RunVerdict, paint: Paint): readonly string[] {
  if (sidecars.length === 1) return []
  const width = Math.max(...sidecars.map(({ contract }) => contract.name.length))
  return sidecars.map(
    ({ contract, outcome, summary }, index) =>
      `${(index === 0 ? 'sidecars' : '').padEnd(LABEL_WIDTH)} ${contract.name.padEnd(width)}  ${paintOutcome(outcome, paint)} ${tellCounts(summary)}`,
  )
}

/** What a pass does not say; and, of a program for another machine that failed for being one, what can be asked instead. */
function describeTargets({ sidecars }: RunVerdict): readonly string[] {
  const label = 'target'.padEnd(LABEL_WIDTH)
  return sidecars.flatMap(({ target, artifact, clauses, lives }) => {
    const skipped = clauses.filter(({ outcome }) => outcome === 'skipped').length
    if (target !== null)
      return [`${label} judged for ${target} by its file alone: ${count(skipped, 'clause')} not judged`]
    const isForeign = clauses.some(({ id, outcome }) => id === 'artifact/native-format' && outcome !== 'pass')
    const { triple, defects } = artifact
    if (!isForeign || lives.length > 0 || triple === null || defects.length > 0) return []
    return [`${label} a program for another machine is judged by its file alone with --target ${triple}`]
  })
}

/** Without these a verdict of `fail` beside `0 fail` would be a riddle. */
function describeFurtherFaults({ strict, summary, sidecars }: RunVerdict): readonly string[] {
  const stale = sidecars.flatMap(({ staleWaivers }) => staleWaivers)
  const unproven = sidecars.flatMap(sidecar => sidecar.unproven)
  const tooMuch = [
    ...(summary.warn === 0 ? [] : [count(summary.warn, 'warning')]),
    ...(stale.length === 0 ? [] : [count(stale.length, 'stale waiver')]),
  ]
  const bundles = sidecars.filter(({ bundle }) => bundle?.outcome === 'fail')
  return [
    ...(bundles.length > 0 ? ['bundle   the gate fails: what is in the bundle is not what was tested'] : []),
    ...(strict && tooMuch.length > 0 ? [`strict   the gate fails for ${tooMuch.join(' and ')}`] : []),
    ...(unproven.length > 0
      ? [
          `unproven the gate fails for ${count(unproven.length, 'clause')} that had to hold and could not be judged`,
        ]
      : []),
  ]
}

function renderOutcome(run: RunVerdict, paint: Paint): string {
  const { summary, outcome, durationMs } = run
  return `${paintOutcome(outcome, paint)} ${tellCounts(summary)}; took ${duration(durationMs)}${describeMeasure(run)}`
}

function paintOutcome(outcome: Verdict['outcome'], paint: Paint): string {
  const style: Style = outcome === 'pass' ? 'green' : outcome === 'interrupted' ? 'yellow' : 'red'
  return paint(style, outcome.padEnd(LABEL_WIDTH))
}

/** `61 pass, 1 fail, 2 skipped`. */
function tellCounts(summary: RunVerdict['summary']): string {
  return (Object.entries(summary) as [Outcome, number][])
    .filter(([name, number]) => number > 0 || name === 'pass' || name === 'fail')
    .map(([name, number]) => `${number} ${name}`)
    .join(', ')
}
