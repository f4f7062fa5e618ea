import { readdirSync, readFileSync, statSync } from 'node:fs'

/** A JSON file of an app: what it holds, that it is not there, or why it cannot be read. */
export type JsonReading =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string }

/** Read at once, so that a contract within a spec can have presets too: such files are a few kilobytes. */
export function readJson(path: string): JsonReading {
  try {
    // A named pipe would keep whoever reads it.
    if (!statSync(path).isFile()) return { kind: 'unreadable', why: 'it is no file' }
    // Editors on Windows put a mark at the beginning, which npm and Tauri skip as well.
    return { kind: 'value', value: JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, '')) }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' }
    return { kind: 'unreadable', why: message }
  }
}

/** The names in a directory; none for one that is not there. */
export function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}
