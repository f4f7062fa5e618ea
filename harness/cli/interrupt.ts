import { EXIT } from './exit.ts'

const CODES = { SIGINT: EXIT.sigint, SIGTERM: EXIT.sigterm, SIGHUP: EXIT.sigterm } as const

export interface Interrupt {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal
  /** The exit code for it; null when there was none. */
  code(): number | null
  stopListening(): void
}

/**
 * Lives run in groups of their own, so the terminal's Ctrl-C does not reach them: the first one ends the lives
 * and then the command, a second one ends the command at once, and the reaper does the rest. What `passOn` takes is not
 * for the command, and is no interruption of it.
 */
export function listenForInterrupt(passOn: (signal: NodeJS.Signals) => boolean = () => false): Interrupt {
  const controller = new AbortController()
  let code: number | null = null
  const onSignal = (signal: NodeJS.Signals) => {
    if (passOn(signal)) return
    const first = code === null
    code = CODES[signal as keyof typeof CODES]
    if (!first) process.exit(code)
    process.stderr.write(`\n${signal}: ending what runs; once more ends it at once\n`)
    controller.abort()
  }
  const signals = Object.keys(CODES) as (keyof typeof CODES)[]
  for (const signal of signals) process.on(signal, onSignal)
  return {
    signal: controller.signal,
    code: () => code,
    stopListening() {
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}
