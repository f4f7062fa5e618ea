import { LEAST_LIVES, LOOKS } from '../compare/measures.ts'
import type { SelectOptions } from '../gate/select.ts'
import { suggest } from '../text/nearest.ts'
import { splitList } from './check-options.ts'
import { readRuns } from './read-runs.ts'
import { parseOptions, UsageError } from './usage.ts'

/** A third beyond the least: a start that is slower by a third is told then also where some lives were late. */
const USUAL_RUNS = 15
/** More tell nothing that anybody would notice, and take minutes. */
const MOST_RUNS = 100

export const COMPARE_HELP: string = `Tells what changed from one binary to another: which promises hold, how long it takes to start and to
stop, its memory, its file, where it listens, what it writes, and what its health body holds.

Usage: sidecar-harness compare OLD NEW [options]

  OLD, NEW                two binaries: both are judged, and then lives of them take turns on this machine;
                          or two directories that check --artifacts or compare --artifacts has written:
                          nothing is launched then, and no binary needed
  --config FILE           the contract that both are held to; otherwise the nearest sidecar.config.* from here
                          up, and where there is none the default
  --sidecar NAME          this contract of a file that holds several
  --only GLOB             judge these clauses alone, as for check; may be repeated
  --skip GLOB             leave these out
  --enable GLOB           judge these mays, too
  --runs N                lives of each that take turns: ${LEAST_LIVES} to ${MOST_RUNS}, otherwise ${USUAL_RUNS}; up to ${LOOKS} times as many
                          where the machine is too noisy to tell whether there is a difference

What is told:
  --reporter NAME[=FILE]  may be repeated; without =FILE on stdout, and what is for people on stderr then:
                          terminal   for people; always, also where others are named
                          json       the comparison as data, by schema/comparison.schema.json
                          markdown   for release notes and pull requests
  --fail-on WHAT          exit 1 for a regression, or for any change; otherwise never: comparing is no verdict
  --artifacts DIRECTORY   keep the recordings of both, in old and new: they can be compared again

A regression is a clause that no longer holds, a start or stop that is slower or memory that is more beyond
the noise, a library or a newer glibc that it needs, a new listener, a new line on stdout, a key of the health
body that is gone or of another type. Two builds that differ in nothing are told apart at most once in a
thousand comparisons: docs/compare.md says how.

Examples:
  sidecar-harness compare dist/backend-1.0 dist/backend-1.1
  sidecar-harness compare old/backend new/backend --fail-on regression --reporter markdown=changes.md
  sidecar-harness compare old/backend new/backend --only stop --runs 30
  sidecar-harness compare artifacts/v1.0 artifacts/v1.1

Exit codes: 0 compared · 1 what --fail-on names was found · 2 wrong usage, contract or path ·
3 could not be compared, or a report not written · 130, 143 interrupted
`

export const FAIL_ON = ['regression', 'change', 'never'] as const
export type FailOn = (typeof FAIL_ON)[number]

export interface CompareOptions {
  readonly old: string
  readonly new: string
  readonly config: string | undefined
  readonly sidecars: readonly string[]
  readonly select: SelectOptions
  readonly runs: number
  readonly reporters: readonly string[]
  readonly failOn: FailOn
  readonly artifacts: string | undefined
  /** Of these options those that were given: they mean nothing for recordings. */
  readonly forBinaries: readonly string[]
}

const FOR_BINARIES = ['config', 'sidecar', 'only', 'skip', 'enable', 'runs', 'artifacts'] as const

/** Null where only help is wanted. Throws UsageError. */
export function readCompareOptions(args: string[]): CompareOptions | null {
  const { values, positionals } = parseOptions(args, {
    config: { type: 'string' },
    sidecar: { type: 'string', multiple: true },
    only: { type: 'string', multiple: true },
    skip: { type: 'string', multiple: true },
    enable: { type: 'string', multiple: true },
    runs: { type: 'string' },
    reporter: { type: 'string', multiple: true, default: [] },
    'fail-on': { type: 'string', default: 'never' },
    artifacts: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  })
  if (values.help === true) return null
  const [old, now] = positionals
  if (old === undefined || now === undefined || positionals.length > 2) {
    const got = positionals.length === 0 ? 'none' : `${positionals.length}: ${positionals.join(' ')}`
    throw new UsageError(
      `compare takes two binaries, or two directories with recordings: OLD and NEW. It got ${got}`,
    )
  }
  if (old === '' || now === '') throw new UsageError(`${old === '' ? 'OLD' : 'NEW'} has an empty name.`)
  return {
    old,
    new: now,
    config: values.config,
    sidecars: values.sidecar ?? [],
    select: {
      only: values.only?.flatMap(splitList),
      skip: values.skip?.flatMap(splitList),
      enable: values.enable?.flatMap(splitList),
    },
    runs: readRuns(values.runs ?? String(USUAL_RUNS), { least: LEAST_LIVES, most: MOST_RUNS }),
    reporters: values.reporter,
    failOn: readFailOn(values['fail-on']),
    artifacts: values.artifacts,
    forBinaries: FOR_BINARIES.filter(name => values[name] !== undefined),
  }
}

function readFailOn(text: string): FailOn {
  const found = FAIL_ON.find(word => word === text)
  if (found === undefined) throw new UsageError(`--fail-on: there is no "${text}". ${suggest(text, FAIL_ON)}`)
  return found
}
