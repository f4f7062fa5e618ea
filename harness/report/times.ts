import type { LifeSummary } from '../gate/life-summary.ts'
import type { RunVerdict } from '../gate/run-verdict.ts'
import { CALIBRATION } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'

/** The gate's own measure of itself: beyond this, time goes to the harness and not to the sidecar. */
const OVERHEAD = { factor: 1.5, fixedMs: 500 }

/** Where the time of a run went, line by line. */
export function describeTimes({ phases, sidecars, concurrency, outcome }: RunVerdict): readonly string[] {
  const lives = sidecars.flatMap(sidecar => sidecar.lives)
  const sumMs = together(lives)
  return [
    `phases   ${phases.map(({ name, ms }) => `${name} ${duration(ms)}`).join(', ')}`,
    ...(lives.length === 0
      ? [`lives    ${outcome === 'interrupted' ? 'none was over' : 'none: it was not launched'}`]
      : [
          `lives    ${lives.length}, together ${duration(sumMs)}; at concurrency ${concurrency} that is ${duration(sumMs / concurrency)}`,
        ]),
    ...describeMachine(lives),
  ]
}

/** What a run may take by its own measure, so that a harness that became slow is seen. Nothing where nothing lived. */
export function describeMeasure({ sidecars, concurrency, phases }: RunVerdict): string {
  const lives = sidecars.flatMap(sidecar => sidecar.lives)
  if (lives.length === 0) return ''
  const buildMs = phases.find(({ name }) => name === 'build')?.ms ?? 0
  const fixedMs = OVERHEAD.fixedMs * sidecars.length
  const limitMs = OVERHEAD.factor * (together(lives) / concurrency) + fixedMs + buildMs
  const build = buildMs > 0 ? ' + the build' : ''
  return `; ${OVERHEAD.factor} × its lives + ${duration(fixedMs)}${build} is ${duration(limitMs)}`
}

function together(lives: readonly LifeSummary[]): number {
  return lives.reduce((total, life) => total + life.durationMs, 0)
}

/** Something came too late: how late this machine is with a program that does nothing else tells whose fault it may be. */
function describeMachine(lives: readonly LifeSummary[]): readonly string[] {
  const calibration = lives.find(({ scenario }) => scenario === CALIBRATION)
  if (calibration === undefined) return []
  const { readyMs, stopMs } = calibration
  const ready = readyMs === null ? 'never became ready' : `was ready after ${duration(readyMs)}`
  const ended = stopMs === null ? '' : `, and ended ${duration(stopMs)} after its signal`
  return [`machine  a program that does nothing else ${ready}${ended}`]
}
