/** What no shell takes for anything but a word. */
const PLAIN = /^[\w@%+=:,./-]+$/
const PLAIN_ON_WINDOWS = /^[\w@+=:,./\\-]+$/

/** A command as it can be pasted into a shell: sh and its kin, on Windows cmd and PowerShell. */
export function shellCommand(words: readonly string[], platform: NodeJS.Platform = process.platform): string {
  return words.map(word => (platform === 'win32' ? quoteForWindows(word) : quote(word))).join(' ')
}

function quote(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** No file name there can hold a quotation mark. */
function quoteForWindows(word: string): string {
  return PLAIN_ON_WINDOWS.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`
}
