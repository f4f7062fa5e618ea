/** What no shell takes for anything but a word. */
const PLAIN = /^[\w@%+=:,./-]+$/
const PLAIN_ON_WINDOWS = /^[\w@+=:,./\\-]+$/

/** A command as it can be pasted into a shell: sh and its kin, on Windows cmd and PowerShell. */
export function shellCommand(words: readonly string[], platform: NodeJS.Platform = process.platform): string {
  return words.map(word => (platform === 'win32' ? quoteForWindows(word) : quote(word))).join(' ')
}

/** What a terminal, or a CI system that reads its log, would act upon while it is shown. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|#(?=#\[|#vso\[)/u

function quote(word: string): string {
  if (UNSAFE.test(word)) return quoteUnsafe(word)
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** By printf, which every shell has; the newline at the end of a file's name would be lost, and names nobody's file. */
function quoteUnsafe(word: string): string {
  const format = word
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')
    .replaceAll("'", `'\\''`)
    .replaceAll(new RegExp(UNSAFE, 'gu'), character =>
      [...Buffer.from(character)].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
    )
  return `"$(printf -- '${format}')"`
}

/** No file name there can hold a quotation mark. */
function quoteForWindows(word: string): string {
  if (PLAIN_ON_WINDOWS.test(word)) return word
  // There is no spelling of these that both shells know; `?` stands for any character.
  return `"${word.replaceAll('"', '\\"').replaceAll(new RegExp(UNSAFE, 'gu'), '?')}"`
}
