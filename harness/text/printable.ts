/** Control and format characters, lone surrogates and line separators: what can recolour, reverse or break a line of a report. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/**
 * A character, or what a CI system would take for a command of the build's own wherever it stands in a line: GitHub's
 * runner (`##[error]`, ActionCommand.TryParse) and Azure's (`##vso[…]`).
 */
const PIECE = /##(?=\[|vso\[)|./gsu

const SHORT_ESCAPES: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Enough to recognise a line by, short enough to stand in a sentence. */
const DEFAULT_CHARACTERS = 160

/**
 * Makes text from a file or a path fit to stand in a sentence: unprintable characters become visible escapes, and what
 * is longer than `maxCharacters` (counted after escaping) ends in "…".
 */
export function printable(text: string, maxCharacters: number = DEFAULT_CHARACTERS): string {
  let shown = ''
  for (const [piece] of text.matchAll(PIECE)) {
    const next = piece === '##' ? '\\x23#' : UNPRINTABLE.test(piece) ? escapeCharacter(piece) : piece
    if (shown.length + next.length > maxCharacters) return `${shown}…`
    shown += next
  }
  return shown
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  return SHORT_ESCAPES[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`)
}
