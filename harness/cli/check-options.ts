import type { SelectOptions } from '../gate/select.ts'
import { parseOptions, UsageError } from './usage.ts'

export const CHECK_HELP: string = `Launches a sidecar binary as a desktop app would, and judges it clause by clause.

Usage: sidecar-harness check [binary] [options]

  binary                  the file to judge; it wins over SIDECAR_BINARY in the environment, and that over
                          the contract; nothing is built then
  --config FILE           the contract: .ts, .mts, .js, .mjs or .json; otherwise the nearest
                          sidecar.config.* from here up; a binary that has none is held to the defaults
  --sidecar NAME          judge this contract of a file that holds several; may be repeated; otherwise all

What is judged:
  --target TRIPLE         the file alone, for another machine than this one, which cannot launch it; what was
                          not judged is told; without it a binary for another machine fails
  --list                  show the clauses, their levels, and which of them would be judged; launch nothing
  --only GLOB             judge these clauses alone: stop, 'net/*', stop/sigterm,stop/sigint; may be repeated
  --skip GLOB             leave these out
  --enable GLOB           judge these mays, too, as musts
  --inside DIRECTORY      look into an unpacked bundle, too: every copy of the binary in it has to hold the
                          bytes that are judged, but for a signature; what was stripped or patched fails
  --strict                a warning fails the gate, and so does a waiver of a clause that passes
  --time-scale N          give the sidecar N times as long, on a machine that is slow: 0.1 to 100
  --host KIND             auto; posix looks through ps and lsof alone, also on Linux

What is told:
  --reporter NAME[=FILE]  may be repeated; without =FILE on stdout, and what is for people on stderr then:
                          terminal   for people; always, also where others are named
                          json       the verdict as data, by schema/verdict.schema.json
                          junit      JUnit XML: a suite for each sidecar, a case for each clause
                          markdown   for pull requests and release notes
                          html       a page to look at: every life on a time axis, beside the verdict
                          trace      the same lives for Perfetto, and for chrome://tracing
                          github     annotations, and a summary of the step; by itself in GitHub Actions
  --verbose               a line for every clause, with what was observed
  --artifacts DIRECTORY   keep the recordings: all that was observed, the raw streams included; of several
                          sidecars each in a directory of its name

Examples:
  sidecar-harness check                                     what the project's sidecar.config.* names
  sidecar-harness check dist/backend                        this file
  sidecar-harness check dist/backend --only stop/sigterm    this clause of it
  sidecar-harness check --reporter junit=junit.xml --reporter json=verdict.json --artifacts recordings
  sidecar-harness check --reporter html=report.html         a page to look at, which needs no network
  sidecar-harness check --only artifact --inside src-tauri/target/release/bundle
                                                            what the bundlers made of it; launches nothing
  SIDECAR_BINARY=dist/backend sidecar-harness check         this file, where a script has no argument to give

The default contract: BACKEND_PORT:{port} on stdout, GET /health answers 200 with
{ status: "ok", app, timestamp, uptime }, logs on stderr, exit 0 on SIGTERM and SIGINT.
Exit codes: 0 passed · 1 a clause failed, or a copy in the bundle · 2 wrong usage, contract or path ·
3 could not be judged, or a report not written · 130, 143 interrupted
`

export interface CheckOptions {
  readonly binary: string | undefined
  readonly config: string | undefined
  readonly target: string | undefined
  readonly sidecars: readonly string[]
  readonly list: boolean
  readonly select: SelectOptions
  readonly inside: string | undefined
  readonly strict: boolean
  readonly timeScale: number
  readonly reporters: readonly string[]
  readonly verbose: boolean
  readonly artifacts: string | undefined
  readonly host: string
}

/** Null where only help is wanted. Throws UsageError. */
export function readCheckOptions(args: string[]): CheckOptions | null {
  const { values, positionals } = parseOptions(args, {
    config: { type: 'string' },
    sidecar: { type: 'string', multiple: true, default: [] },
    target: { type: 'string' },
    list: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    skip: { type: 'string', multiple: true },
    enable: { type: 'string', multiple: true },
    inside: { type: 'string' },
    strict: { type: 'boolean', default: false },
    'time-scale': { type: 'string', default: '1' },
    reporter: { type: 'string', multiple: true, default: [] },
    verbose: { type: 'boolean', default: false },
    artifacts: { type: 'string' },
    host: { type: 'string', default: 'auto' },
    help: { type: 'boolean', short: 'h' },
  })
  if (values.help === true) return null
  if (positionals.length > 1) {
    throw new UsageError(`check takes one binary, and got ${positionals.length}: ${positionals.join(' ')}`)
  }
  const [binary] = positionals
  if (binary === '') throw new UsageError('The binary to check has an empty name.')
  const { config, list } = values
  return {
    binary,
    config,
    target: values.target,
    sidecars: values.sidecar,
    list,
    select: {
      only: values.only?.flatMap(splitList),
      skip: values.skip?.flatMap(splitList),
      enable: values.enable?.flatMap(splitList),
    },
    inside: values.inside,
    strict: values.strict,
    timeScale: readTimeScale(values['time-scale']),
    reporters: values.reporter,
    verbose: values.verbose,
    artifacts: values.artifacts,
    host: values.host,
  }
}

/** Cuts at the commas, but not at those between braces: `{port,net}/*,stop` are two globs. */
export function splitList(text: string): string[] {
  const words = ['']
  let depth = 0
  for (const character of text) {
    if (character === '{') depth++
    if (character === '}') depth--
    if (character === ',' && depth <= 0) words.push('')
    else words[words.length - 1] += character
  }
  return words
}

/** Quicker than a tenth no machine is; a hundredfold of the default budgets is a quarter of an hour for one start. */
const TIME_SCALE = { least: 0.1, most: 100 }

/** Reads --time-scale. Throws UsageError. */
export function readTimeScale(text: string): number {
  const scale = Number(text)
  const { least, most } = TIME_SCALE
  if (scale >= least && scale <= most) return scale
  throw new UsageError(`--time-scale takes a number from ${least} to ${most}, and got "${text}".`)
}
