import type { ScenarioCount } from '../gate/record.ts'

const ERASE_LINE = '\r\u001B[2K'
/** Often enough for an eye that looks for life, seldom enough for a slow line. */
const REDRAW_MS = 200
/** Where a terminal does not say how wide it is. */
const USUAL_COLUMNS = 80
/** `CI=false` is how people say that it is none. */
const NO_CI = ['', '0', 'false']

export interface Progress {
  /** What is being done, and of how many scenarios how many are over. */
  say(message: string, count?: ScenarioCount): void
  clear(): void
}

/** One line that is written over, on a terminal; nothing at all in a log file, in CI, or on a dumb terminal. */
export function showProgress(
  stream: NodeJS.WriteStream = process.stderr,
  environment: NodeJS.ProcessEnv = process.env,
): Progress {
  const isCi = !NO_CI.includes(environment.CI ?? '')
  if (!stream.isTTY || isCi || environment.TERM === 'dumb') return { say() {}, clear() {} }
  let told = { of: '', message: '' }
  const redraw = () => {
    // The time of the whole command, as the report tells it.
    const line = `${told.of}${(performance.now() / 1000).toFixed(1)} s: ${told.message}`
    // A line that is wrapped could not be erased. A pseudo-terminal without a size says that it has 0 columns.
    stream.write(`${ERASE_LINE}${line.slice(0, (stream.columns || USUAL_COLUMNS) - 1)}`)
  }
  let timer: NodeJS.Timeout | null = null
  return {
    say(message, count) {
      told = { of: count === undefined ? '' : `${count.done} of ${count.of} scenarios, `, message }
      timer ??= setInterval(redraw, REDRAW_MS).unref()
      redraw()
    },
    clear() {
      if (timer === null) return
      clearInterval(timer)
      timer = null
      stream.write(ERASE_LINE)
    },
  }
}
