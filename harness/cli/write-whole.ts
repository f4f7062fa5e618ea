import { rm, stat, writeFile } from 'node:fs/promises'

/**
 * Writes a report, or leaves none: half a page of it, on a disk that was full, would be read as a whole one. A device or
 * a pipe keeps what it got.
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (error) {
    const isFile = (await stat(file).catch(() => null))?.isFile() ?? false
    if (isFile) await rm(file, { force: true })
    throw error
  }
}
