import { z } from 'zod'
import { readRegular } from '../text/read-regular.ts'

/** What came of reading a file: its value, that it is not there, or in words why it says nothing. */
export type Reading<T> = { readonly value: T } | { readonly problem: string } | null

/** Reads a JSON file of this shape; whatever else is in it is left out. Null where there is no such file. */
export async function readJson<T>(path: string, shape: z.ZodType<T>): Promise<Reading<T>> {
  const text = await readText(path)
  if (text === null) return null
  let json: unknown
  try {
    // Editors on Windows put a mark at the beginning, which npm and Tauri skip as well.
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    return { problem: (error as Error).message }
  }
  const parsed = shape.safeParse(json)
  if (parsed.success) return { value: parsed.data }
  return {
    problem: z
      .prettifyError(parsed.error)
      .replaceAll(/^✖ /gm, '')
      .replaceAll(/\n\s*→/g, ','),
  }
}

/** The text of a file; null where there is none, or what is there is no file. */
export async function readText(path: string): Promise<string | null> {
  try {
    return await readRegular(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ENOTREG') return null
    throw error
  }
}
