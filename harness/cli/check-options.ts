import type { SelectOptions } from '../gate/select.ts'
import { parseOptions, UsageError } from './usage.ts'

export const CHECK_HELP: string = `Launches a sidecar binary as a desktop app would, and judges it clause by clause.

Usage: sidecar-harness check [binary] [options]

  binary                  the file to judge; it wins over the contract's own, and nothing is built then
  --config FILE           the contract: .ts, .mts, .js, .mjs or .json; without one the defaults are promised
  --list                  show the clauses, their levels, and which of them would be judged; launch nothing
  --only GLOB             judge these clauses alone: stop, 'net/*', stop/sigterm,stop/sigint; may be repeated
  --skip GLOB             leave these out
  --enable GLOB           judge these mays, too, as musts
  --strict                a warning fails the gate, and so does a waiver of a clause that passes
  --time-scale N          give the sidecar N times as long, on a machine that is slow: 0.1 to 100
  --reporter NAME[=FILE]  json (the verdict as data), terminal; may be repeated
  --verbose               a line for every clause that passes, with what was observed
  --artifacts DIRECTORY   keep the recordings: all that was observed, the raw streams included
  --host KIND             auto; posix looks through ps and lsof alone, also on Linux

The default contract: BACKEND_PORT:{port} on stdout, GET /health answers 200 with
{ status: "ok", app, timestamp, uptime }, logs on stderr, exit 0 on SIGTERM and SIGINT.
`

export interface CheckOptions {
  readonly binary: string | undefined
  readonly config: string | undefined
  readonly list: boolean
  readonly select: SelectOptions
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
    list: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    skip: { type: 'string', multiple: true },
    enable: { type: 'string', multiple: true },
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
  const { config, list } = values
  if (binary === undefined && config === undefined && !list) {
    throw new UsageError('Nothing to check: name a binary, or a contract with --config FILE.')
  }
  return {
    binary,
    config,
    list,
    select: {
      only: values.only?.flatMap(splitList),
      skip: values.skip?.flatMap(splitList),
      enable: values.enable?.flatMap(splitList),
    },
    strict: values.strict,
    timeScale: readTimeScale(values['time-scale']),
    reporters: values.reporter,
    verbose: values.verbose,
    artifacts: values.artifacts,
    host: values.host,
  }
}

/** Cuts at the commas, but not at those between braces: `{port,net}/*,stop` are two globs. */
function splitList(text: string): string[] {
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

function readTimeScale(text: string): number {
  const scale = Number(text)
  const { least, most } = TIME_SCALE
  if (scale >= least && scale <= most) return scale
  throw new UsageError(`--time-scale takes a number from ${least} to ${most}, and got "${text}".`)
}
