/** Long enough for the path of an interpreter and that of its script, short enough for a report. */
const MAX_LENGTH = 200

/** A command line as one short line that is safe to print: a process chooses its own title. */
export function shortenCommandLine(commandLine: string): string {
  const line = commandLine
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim()
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line
}
