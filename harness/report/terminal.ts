import { relative } from 'node:path'
import { CLAUSE_IDS } from '../contract/catalogue.ts'
import type { Outcome } from '../gate/clause-result.ts'
import type { Verdict } from '../gate/verdict.ts'
import { CALIBRATION } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { size } from '../text/size.ts'
import { renderBroken } from './broken.ts'
import { type Paint, paintFor, type Style } from './paint.ts'
import { renderPasses, renderSkipped } from './unbroken.ts'
import { count } from './words.ts'

/** The gate's own measure of itself: beyond this, time goes to the harness and not to the sidecar. */
const OVERHEAD = { factor: 1.5, fixedMs: 500 }

export interface TerminalOptions {
  /** Every pass in a line of its own, with what was observed, and every clause by its name. */
  readonly verbose?: boolean
}

/**
 * The verdict for people, who read it an hour before a release: what did not hold comes first, what does comes
 * briefly, and the outcome last, where a terminal stands when it is done. `stream` decides on colour.
 */
export function renderTerminal(
  verdict: Verdict,
  stream: NodeJS.WriteStream | null,
  { verbose = false }: TerminalOptions = {},
): string {
  const paint = paintFor(stream)
  const sections = [
    describeGate(verdict),
    ...renderBroken(verdict, paint, verbose).map(paragraph => [paragraph]),
    renderSkipped(verdict.clauses, paint),
    renderPasses(verdict.clauses, paint, verbose),
    [...describeTimes(verdict), ...describeFurtherFaults(verdict), renderOutcome(verdict, paint)],
  ]
  return `${sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

function describeGate({
  artifact,
  contract,
  conditions,
  host,
  clauses,
  strict,
  timeScale,
}: Verdict): string[] {
  const path = relative(process.cwd(), artifact.path)
  const triple = artifact.triple ?? artifact.format
  const cured = [
    ...(conditions.environment === 'caller' ? ['environment'] : []),
    ...(conditions.directory === 'caller' ? ['working directory'] : []),
  ]
  const asked = [
    `${clauses.length} of ${CLAUSE_IDS.length} clauses${clauses.length < CLAUSE_IDS.length ? ' (check --list shows them)' : ''}`,
    ...(strict ? ['strict'] : []),
    ...(timeScale === 1 ? [] : [`times × ${timeScale}`]),
  ]
  return [
    `${contract.name}: ${path.startsWith('..') ? artifact.path : path}`,
    `  ${triple}, ${size(artifact.bytes)}, sha256 ${artifact.sha256}`,
    `  judged on ${host.os} ${host.arch}, ${host.cpus} cores, Node ${host.node}, by ${contract.file === null ? 'the default contract' : relative(process.cwd(), contract.file)}`,
    `  ${asked.join(', ')}`,
    ...(cured.length === 0
      ? []
      : [
          `  It starts only with the ${cured.join(' and the ')} of your shell, so everything else was judged with that.`,
        ]),
  ]
}

function describeTimes({ phases, lives, concurrency, outcome }: Verdict): string[] {
  const sum = lives.reduce((total, life) => total + life.durationMs, 0)
  return [
    `phases   ${phases.map(({ name, ms }) => `${name} ${duration(ms)}`).join(', ')}`,
    ...(lives.length === 0
      ? [`lives    ${outcome === 'interrupted' ? 'none was over' : 'none: it was not launched'}`]
      : [
          `lives    ${lives.length}, together ${duration(sum)}; at concurrency ${concurrency} that is ${duration(sum / concurrency)}`,
        ]),
    ...describeMachine(lives),
  ]
}

/** Something came too late: how late this machine is with a program that does nothing else tells whose fault it may be. */
function describeMachine(lives: Verdict['lives']): string[] {
  const calibration = lives.find(({ scenario }) => scenario === CALIBRATION)
  if (calibration === undefined) return []
  const { readyMs, stopMs } = calibration
  const ready = readyMs === null ? 'never became ready' : `was ready after ${duration(readyMs)}`
  const ended = stopMs === null ? '' : `, and ended ${duration(stopMs)} after its signal`
  return [`machine  a program that does nothing else ${ready}${ended}`]
}

/** Without these a verdict of `fail` beside `0 fail` would be a riddle. */
function describeFurtherFaults({ strict, summary, staleWaivers, unproven }: Verdict): string[] {
  const tooMuch = [
    ...(summary.warn === 0 ? [] : [count(summary.warn, 'warning')]),
    ...(staleWaivers.length === 0 ? [] : [count(staleWaivers.length, 'stale waiver')]),
  ]
  return [
    ...(strict && tooMuch.length > 0 ? [`strict   the gate fails for ${tooMuch.join(' and ')}`] : []),
    ...(unproven.length > 0
      ? [
          `unproven the gate fails for ${count(unproven.length, 'clause')} that had to hold and could not be judged`,
        ]
      : []),
  ]
}

function renderOutcome(verdict: Verdict, paint: Paint): string {
  const { summary, outcome, durationMs } = verdict
  const counts = (Object.entries(summary) as [Outcome, number][])
    .filter(([name, number]) => number > 0 || name === 'pass' || name === 'fail')
    .map(([name, number]) => `${number} ${name}`)
  const style: Style = outcome === 'pass' ? 'green' : outcome === 'interrupted' ? 'yellow' : 'red'
  return `${paint(style, outcome.padEnd(8))} ${counts.join(', ')}; took ${duration(durationMs)}${measure(verdict)}`
}

/** What the gate may take by its own measure, so that a harness that became slow is seen. */
function measure({ lives, concurrency, phases }: Verdict): string {
  if (lives.length === 0) return ''
  const sum = lives.reduce((total, life) => total + life.durationMs, 0)
  const buildMs = phases.find(({ name }) => name === 'build')?.ms ?? 0
  const limitMs = OVERHEAD.factor * (sum / concurrency) + OVERHEAD.fixedMs + buildMs
  const build = buildMs > 0 ? ' + the build' : ''
  return `; ${OVERHEAD.factor} × its lives + ${duration(OVERHEAD.fixedMs)}${build} is ${duration(limitMs)}`
}
