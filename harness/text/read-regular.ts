import { constants } from 'node:buffer'
import { readFile, stat } from 'node:fs/promises'
import { size } from './size.ts'

/**
 * Reads a file whole, as `readFile` does. What is no file is refused, with the code ENOTREG: a named pipe that nobody
 * writes to keeps its reader for ever, and a terminal or a device may never come to its end. So is what is longer than any
 * text can be (EFBIG), before a gigabyte of it is in memory.
 */
export async function readRegular(path: string): Promise<string> {
  // What is not there, and a directory, is told by whoever opens it.
  const about = await stat(path).catch(() => null)
  if (about !== null && !about.isFile() && !about.isDirectory()) {
    throw Object.assign(new Error('it is a pipe, a socket or a device, and no file'), { code: 'ENOTREG' })
  }
  if (about !== null && about.size > constants.MAX_STRING_LENGTH) {
    throw Object.assign(new Error(`it is ${size(about.size)} long, and no text`), { code: 'EFBIG' })
  }
  return readFile(path, 'utf8')
}
