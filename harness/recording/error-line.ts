import type { Line } from './recording.ts'

/** How Node, Python, Java, Go and Rust begin what they say of a crash. */
const ERROR_LINE =
  /^(?:Uncaught )?[\w.$]*(?:Error|Exception)(?: \[\w+\])?: |^Exception in thread |^(?:panic|fatal error|fatal): |^thread '.*' (?:\(\d+\) )?panicked at /

/** Stacks are shorter; what was said of an error longer ago was another affair. */
const LOOKED_AT = 60

/** The line in which a crash says why, which its stack, brackets and versions follow. Null where none looks like it. */
export function errorLineOf(lines: readonly Line[]): Line | null {
  return lines.slice(-LOOKED_AT).findLast(({ text }) => ERROR_LINE.test(text)) ?? null
}
