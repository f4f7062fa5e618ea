import { styleText } from 'node:util'
import type { Outcome } from '../gate/clause-result.ts'

export type Style = Parameters<typeof styleText>[0]

/** Colours text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string

/** No colour where the stream is no terminal, or NO_COLOR asks for none; null stands for a file. */
export function paintFor(stream: NodeJS.WriteStream | null): Paint {
  return (style, text) => (stream === null ? text : styleText(style, text, { stream }))
}

/** A mark for each outcome: colour alone would say nothing in a log file, or to some readers. */
export const MARKS: Readonly<Record<Outcome, { readonly mark: string; readonly style: Style }>> = {
  pass: { mark: '✔', style: 'green' },
  fail: { mark: '✖', style: 'red' },
  warn: { mark: '!', style: 'yellow' },
  waived: { mark: '~', style: 'yellow' },
  skipped: { mark: '-', style: 'gray' },
  blocked: { mark: '·', style: 'gray' },
}
