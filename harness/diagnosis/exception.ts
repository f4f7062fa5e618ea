import { exitedByItself } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { printable } from '../text/printable.ts'

/**
 * What a runtime prints of an exception that nobody caught: its own words, whatever else the sidecar logs. `mark` is the
 * line that only the runtime writes, and the message stands in it, before it or behind it.
 */
const TRACES: readonly { readonly mark: RegExp; readonly message: 'in it' | 'before it' | 'behind it' }[] = [
  // Node, and what is packed from it, ends the trace with its version; Bun too.
  { mark: /^(Node\.js|Bun) v\d+\./, message: 'before it' },
  { mark: /^Traceback \(most recent call last\):/, message: 'behind it' },
  // Go.
  { mark: /^(panic|fatal error): /, message: 'in it' },
  // Rust: the message has a line of its own since 1.73.
  { mark: /^thread '.*' (\(\d+\) )?panicked at /, message: 'behind it' },
  { mark: /^Exception in thread "/, message: 'in it' },
  // .NET.
  { mark: /^Unhandled exception\. /, message: 'in it' },
  // Deno.
  { mark: /^error: Uncaught /, message: 'in it' },
]

const NAMED_ERROR = /^(Uncaught )?([\w$.]*(Error|Exception)\b|error)( \[\w+\])?: /

/** The exception that a runtime told of last on stderr; null for none. */
export function exceptionIn({ stderr: { lines } }: LifeRecording): string | null {
  for (const [index, { text }] of [...lines.entries()].reverse()) {
    const trace = TRACES.find(({ mark }) => mark.test(text))
    if (trace === undefined) continue
    const found = {
      'in it': () => text,
      'before it': () => lines.slice(0, index).findLast(line => NAMED_ERROR.test(line.text))?.text,
      // The stack between is indented.
      'behind it': () => lines.slice(index + 1).find(line => /^\S/.test(line.text))?.text,
    }[trace.message]()
    if (found !== undefined) return printable(found)
  }
  return null
}

/** How it ended by itself, in the words of its evidence: its exit, and the exception where there was one. */
export function deathOf(life: LifeRecording): readonly string[] {
  const exit = exitedByItself(life)
  if (exit === null) return []
  const how = exit.signal === null ? `it exited with code ${exit.code}` : `${exit.signal} killed it`
  const exception = exceptionIn(life)
  return exception === null ? [how] : [how, `an exception that nobody caught: ${exception}`]
}
