import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InitError } from './errors.ts'
import type { PlannedFile } from './files.ts'
import { isThere } from './repository.ts'

/** What became of each planned file. */
export interface Written {
  readonly file: PlannedFile
  readonly outcome: 'written' | 'there already'
}

/**
 * Writes what is not there yet, and overwrites nothing. Throws InitError where a file cannot be written; what was
 * written before it is taken back then, so that the next run begins where this one did.
 */
export async function writeFiles(
  files: readonly PlannedFile[],
  isDryRun: boolean,
): Promise<readonly Written[]> {
  const done: Written[] = []
  try {
    for (const file of files) {
      const isNew = isDryRun ? !(await isThere(file.path)) : await create(file)
      done.push({ file, outcome: isNew ? 'written' : 'there already' })
    }
  } catch (error) {
    const ours = done.filter(({ outcome }) => !isDryRun && outcome === 'written')
    await Promise.all(ours.map(({ file }) => rm(file.path)))
    throw new InitError((error as Error).message, { cause: error })
  }
  return done
}

/** False where a file of that name is there, whoever was quicker. */
async function create({ path, content }: PlannedFile): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true })
  try {
    await writeFile(path, content, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
