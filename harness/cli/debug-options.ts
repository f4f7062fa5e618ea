import type { StopSignal } from '../contract/contract.ts'
import { suggest } from '../text/nearest.ts'
import { readTimeScale } from './check-options.ts'
import { parseOptions, UsageError } from './usage.ts'

/** Long enough for what a server does right after its start, short enough for somebody who waits. */
const WATCH_MS = 1_000
/** Nobody waits longer by accident; --hold waits for ever. */
const LONGEST_WATCH_MS = 3_600_000

export const DEBUG_HELP: string = `Launches a sidecar binary once, shows what happens as it happens, and says what is wrong with it, and how to
mend that. Where its usual life shows no fault, it is driven through all the others of the gate.

Usage: sidecar-harness debug [binary] [options] [-- arguments of the sidecar]

  binary             the file; it wins over SIDECAR_BINARY in the environment, and that over the contract;
                     nothing is built then
  --config FILE      the contract; otherwise the nearest sidecar.config.* from here up, and the defaults
                     where there is none
  --sidecar NAME     this contract of a file that holds several

How it is launched:
  --env NAME=VALUE   a variable beside those of the contract; may be repeated
  --cwd DIRECTORY    its working directory; otherwise the contract's, or an empty one of its own
  -- ARGUMENTS       behind those of the contract

How it is watched:
  --watch MS         how long it is left alone once it is ready, before it is told to stop: ${WATCH_MS} by default
  --hold             keep it up until it ends, or you press Ctrl-C: to ask it things yourself
  --signal NAME      by what it is told to stop: SIGTERM or SIGINT; otherwise the contract's first
  --once             this one life, and no other
  --time-scale N     give the sidecar N times as long, on a machine that is slow: 0.1 to 100

What is told:
  --json             a document on stdout, by schema/debug.schema.json; what is for people goes to stderr
  --artifacts DIR    keep all that was observed: \`replay DIR --reporter html=life.html\` draws it

Ctrl-C, and any SIGTERM or SIGHUP, is passed on to the sidecar while it runs; the next one ends everything.

Examples:
  sidecar-harness debug dist/backend
  sidecar-harness debug dist/backend --hold --env LOG_LEVEL=debug
  sidecar-harness debug dist/backend --signal SIGINT --once -- --verbose

Exit codes: 0 nothing is wrong · 1 a clause failed · 2 wrong usage, contract or path ·
3 could not be judged, or a report not written · 130, 143 interrupted
`

export interface DebugOptions {
  readonly binary: string | undefined
  readonly config: string | undefined
  readonly sidecars: readonly string[]
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string | undefined
  /** Infinity for as long as it lives. */
  readonly watchMs: number
  readonly signal: StopSignal | undefined
  readonly once: boolean
  readonly timeScale: number
  readonly json: boolean
  readonly artifacts: string | undefined
}

/** Null where only help is wanted. Throws UsageError. */
export function readDebugOptions(words: string[]): DebugOptions | null {
  const end = words.indexOf('--')
  const own = end === -1 ? words : words.slice(0, end)
  const { values, positionals } = parseOptions(own, {
    config: { type: 'string' },
    sidecar: { type: 'string' },
    env: { type: 'string', multiple: true, default: [] },
    cwd: { type: 'string' },
    watch: { type: 'string' },
    hold: { type: 'boolean', default: false },
    signal: { type: 'string' },
    once: { type: 'boolean', default: false },
    'time-scale': { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    artifacts: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  })
  if (values.help === true) return null
  const [binary, ...others] = positionals
  if (others.length > 0) {
    throw new UsageError(
      `debug takes one binary, and got ${positionals.length}: ${positionals.join(' ')}. Arguments of the sidecar stand behind --`,
    )
  }
  if (binary === '') throw new UsageError('The binary to debug has an empty name.')
  if (values.hold && values.watch !== undefined) {
    throw new UsageError('--hold keeps it up for as long as it lives: --watch would end it before.')
  }
  return {
    binary,
    config: values.config,
    sidecars: values.sidecar === undefined ? [] : [values.sidecar],
    args: end === -1 ? [] : words.slice(end + 1),
    env: Object.fromEntries(values.env.map(readVariable)),
    cwd: values.cwd,
    watchMs: values.hold ? Number.POSITIVE_INFINITY : readWatch(values.watch),
    signal: readSignal(values.signal),
    // Who holds it wants to see that life, and not sixty others.
    once: values.once || values.hold,
    timeScale: readTimeScale(values['time-scale']),
    json: values.json,
    artifacts: values.artifacts,
  }
}

function readVariable(word: string): [name: string, value: string] {
  const at = word.indexOf('=')
  if (at > 0) return [word.slice(0, at), word.slice(at + 1)]
  throw new UsageError(`--env takes NAME=VALUE, and got "${word}".`)
}

function readWatch(text: string | undefined): number {
  if (text === undefined) return WATCH_MS
  const ms = text.trim() === '' ? Number.NaN : Number(text)
  if (ms >= 0 && ms <= LONGEST_WATCH_MS) return ms
  throw new UsageError(`--watch takes milliseconds, from 0 to ${LONGEST_WATCH_MS}, and got "${text}".`)
}

const SIGNALS: readonly StopSignal[] = ['SIGTERM', 'SIGINT']

function readSignal(text: string | undefined): StopSignal | undefined {
  if (text === undefined) return undefined
  const signal = SIGNALS.find(name => name === text)
  if (signal !== undefined) return signal
  throw new UsageError(`There is no signal "${text}" to stop a sidecar by. ${suggest(text, SIGNALS)}`)
}
