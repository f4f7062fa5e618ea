import { chmod, constants, copyFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { hashFile } from '../build/identity.ts'
import { binaryBeside } from './older-binary.ts'

/** What was measured, and is kept with the figures. */
export interface KeptBinary {
  readonly path: string
  readonly sha256: string
}

/**
 * Beside their places, and moved there once both are whole: a baseline of before is not lost to a full disk. The figures
 * come last: nobody finds some whose binary is still on its way.
 */
export async function saveBaseline(path: string, text: string, binary: KeptBinary | null): Promise<void> {
  const place = (file: string) => ({ file, part: `${file}.${process.pid}.part` })
  const [figures, copy] = [place(path), place(binaryBeside(path))]
  try {
    if (binary !== null) await copyBinary(binary, copy.part)
    await writeFile(figures.part, text)
    if (binary !== null) await rename(copy.part, copy.file)
    await rename(figures.part, figures.file)
  } catch (error) {
    for (const { part } of [figures, copy]) await rm(part, { force: true })
    throw error
  }
}

async function copyBinary({ path, sha256 }: KeptBinary, to: string): Promise<void> {
  // Shares the disk's blocks where the file system can.
  await copyFile(path, to, constants.COPYFILE_FICLONE)
  // What may run and who may: copyFile leaves that to the umask where it cannot clone.
  await chmod(to, (await stat(path)).mode & 0o777)
  if ((await hashFile(to)) !== sha256)
    throw new Error(`${path} is not the file any more that was measured: does a build run?`)
}
