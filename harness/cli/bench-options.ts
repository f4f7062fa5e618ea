import { resolve } from 'node:path'
import { FALSE_ALARMS, LEAST_RUNS, LOOKS } from '../bench/metrics.ts'
import { readRuns } from './read-runs.ts'
import { parseOptions, UsageError } from './usage.ts'

/** So many tell a start that is slower by 15 % also where every tenth life was late (specs/harness/bench). */
const USUAL_RUNS = 30
/** More tell nothing that anybody would notice, and take minutes. */
const MOST_RUNS = 200

export const BENCH_HELP: string = `Measures what a sidecar binary costs: how long it takes to start, also from the disk, to answer and to stop,
how much it answers, its memory and its size. Against a baseline its lives take turns with those of the older
binary, where that is there. Otherwise they do so with those of a program that does nothing else, the yardstick,
which shows how quick this machine is meanwhile.

Usage: sidecar-harness bench [binary] [options]

  binary                  the file; it wins over SIDECAR_BINARY in the environment, and that over the contract;
                          nothing is built then
  --config FILE           the contract; otherwise the nearest sidecar.config.* from here up, and the defaults
                          where there is none
  --sidecar NAME          this contract of a file that holds several
  --runs N                lives of each: ${LEAST_RUNS} to ${MOST_RUNS}, otherwise ${USUAL_RUNS}; against a baseline up to ${LOOKS} times as many, where
                          the machine is too noisy to tell whether anything differs

What is told:
  --save FILE             write what was measured: the baseline of a later run
  --with-binary           and keep the binary as FILE.binary: a later run has it take turns with its own, which
                          tells much smaller differences, and on any machine
  --baseline FILE         hold it against what was saved before: exit 1 where anything became worse beyond the
                          noise. Lives take turns with FILE.binary, or with the binary where it was measured,
                          if it is still the same file; where neither is there, with the yardstick, on the
                          machine of before
  --reporter NAME[=FILE]  may be repeated; without =FILE on stdout, and what is for people on stderr then:
                          terminal   for people; always, also where others are named
                          json       as --save writes it, by schema/benchmark.schema.json
                          html       a page with a plot of every life

Worse is what is slower, less or more than the older binary's lives of today; or else than its figures of before,
as they are and also when they are held against the yardstick. A binary that has not changed is called worse or
better at most once in ${Math.round(1 / FALSE_ALARMS).toLocaleString('en')} runs: docs/bench.md says how.

Examples:
  sidecar-harness bench dist/backend
  sidecar-harness bench dist/backend --save baseline.json --with-binary
  sidecar-harness bench dist/backend --baseline baseline.json --reporter html=bench.html

Exit codes: 0 measured · 1 worse than the baseline, or it does not become ready ·
2 wrong usage, contract or path · 3 could not be measured, held against that baseline, or written ·
130, 143 interrupted
`

export interface BenchOptions {
  readonly binary: string | undefined
  readonly config: string | undefined
  readonly sidecars: readonly string[]
  readonly runs: number
  /** Absolute. */
  readonly save: string | undefined
  /** The binary, too. */
  readonly withBinary: boolean
  readonly baseline: string | undefined
  readonly reporters: readonly string[]
}

/** Null where only help is wanted. Throws UsageError. */
export function readBenchOptions(args: string[]): BenchOptions | null {
  const { values, positionals } = parseOptions(args, {
    config: { type: 'string' },
    sidecar: { type: 'string' },
    runs: { type: 'string', default: String(USUAL_RUNS) },
    save: { type: 'string' },
    'with-binary': { type: 'boolean', default: false },
    baseline: { type: 'string' },
    reporter: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', short: 'h' },
  })
  if (values.help === true) return null
  const [binary, ...others] = positionals
  if (others.length > 0) {
    throw new UsageError(
      `bench takes one binary, and got ${positionals.length}: ${positionals.join(' ')}. Two are put beside each other by compare.`,
    )
  }
  const withBinary = values['with-binary']
  if (withBinary && values.save === undefined)
    throw new UsageError(
      '--with-binary keeps the binary beside what --save FILE writes, and there is no --save.',
    )
  if (binary === '') throw new UsageError('The binary to measure has an empty name.')
  return {
    ...{ binary, config: values.config, reporters: values.reporter },
    sidecars: values.sidecar === undefined ? [] : [values.sidecar],
    runs: readRuns(values.runs, { least: LEAST_RUNS, most: MOST_RUNS }),
    ...{ save: readPath('save', values.save), withBinary },
    baseline: readPath('baseline', values.baseline),
  }
}

function readPath(option: string, path: string | undefined): string | undefined {
  if (path === '') throw new UsageError(`--${option} names no file.`)
  return path === undefined ? undefined : resolve(path)
}
