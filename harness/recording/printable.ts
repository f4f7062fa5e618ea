/** Long enough to recognise a line by, short enough to stand in a sentence. */
const EXCERPT_CHARACTERS = 160

/**
 * Text of unknown origin, made safe for a terminal and a report: control characters are spelled out, so that
 * no sidecar can move the cursor, and long text is cut.
 */
export function printable(text: string, limit: number = EXCERPT_CHARACTERS): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text
  // C0, DEL, C1, and the marks that reverse the direction of what follows them.
  return cut.replace(
    /[\u0000-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g,
    character => {
      const code = character.codePointAt(0) ?? 0
      return code < 0x100
        ? `\\x${code.toString(16).padStart(2, '0')}`
        : `\\u${code.toString(16).padStart(4, '0')}`
    },
  )
}
