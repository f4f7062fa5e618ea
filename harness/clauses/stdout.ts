import type { Contract } from '../contract/contract.ts'
import type { LifeRecording, Line } from '../recording/recording.ts'

/** What stands on a life's stdout beside proper announcements and what the contract allows. */
export interface Strays {
  /** Meant to be the announcement, and not its grammar. */
  readonly malformed: readonly Line[]
  /** Anything else. */
  readonly others: readonly Line[]
}

/**
 * A line that only resembles the announcement was meant to be it as long as the proper one has not come. After
 * that it is a log line about the port, and as much out of place as any other.
 */
export function straysOn({ stdout }: LifeRecording, contract: Contract): Strays {
  const allowed = allowedOnStdout(contract)
  const announced = stdout.lines.findIndex(({ reading }) => reading.kind === 'announcement')
  const malformed: Line[] = []
  const others: Line[] = []
  for (const [index, line] of stdout.lines.entries()) {
    if (line.reading.kind === 'announcement') continue
    // Where no proper one ever comes, a near miss is the reason, whatever the contract allows beside it.
    if (line.reading.kind === 'near-miss' && announced === -1) malformed.push(line)
    else if (allowed(line.text)) continue
    else if (line.reading.kind === 'near-miss' && index < announced) malformed.push(line)
    else others.push(line)
  }
  return { malformed, others }
}

function allowedOnStdout({ logs }: Contract): (text: string) => boolean {
  // `g` and `y` make a RegExp remember where it stopped, and a line would match every second time.
  const patterns = logs.stdout.map(({ source, flags }) => new RegExp(source, flags.replace(/[gy]/g, '')))
  return text => patterns.some(pattern => pattern.test(text))
}
