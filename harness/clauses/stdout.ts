import type { Contract } from '../contract/contract.ts'
import type { LifeRecording, Line } from '../recording/recording.ts'
import { streamOf } from './announced.ts'

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
export function straysOn(life: LifeRecording, contract: Contract): Strays {
  const stream = streamOf(contract)
  // On stderr anything may stand beside the announcement: only what was meant to be it is looked for there.
  if (stream === 'stderr') return { malformed: malformedOnStderr(life), others: strangersOn(life, contract) }
  const { stdout } = life
  const allowed = allowedOnStdout(contract)
  if (stream === null) return { malformed: [], others: strangersOn(life, contract) }
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

/** Where nothing is announced on stdout, nothing belongs there but what the contract allows. */
function strangersOn({ stdout }: LifeRecording, contract: Contract): readonly Line[] {
  const allowed = allowedOnStdout(contract)
  return stdout.lines.filter(({ text }) => !allowed(text))
}

function malformedOnStderr({ stderr }: LifeRecording): readonly Line[] {
  const isAnnounced = stderr.lines.some(({ reading }) => reading.kind === 'announcement')
  return isAnnounced ? [] : stderr.lines.filter(({ reading }) => reading.kind === 'near-miss')
}

export function allowedOnStdout({ logs }: Contract): (text: string) => boolean {
  // `g` and `y` make a RegExp remember where it stopped, and a line would match every second time.
  const patterns = logs.stdout.map(({ source, flags }) => new RegExp(source, flags.replace(/[gy]/g, '')))
  return text => patterns.some(pattern => pattern.test(text))
}
