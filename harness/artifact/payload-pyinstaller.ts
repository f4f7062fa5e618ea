import type { ArtifactPayload } from './description.ts'
import { findConstant, type PackedProgram } from './packed-program.ts'

/** Behind PyInstaller's archive; its program never holds these bytes in one piece, to be able to look for them. */
const PYINSTALLER_COOKIE = Buffer.from('MEI\x0c\x0b\x0a\x0b\x0e', 'latin1')
/** Cookies have 24 or 88 bytes; some signing tools pad what they sign. */
const COOKIE_WITHIN_BYTES = 4096
/** In the texts of every version's program. */
const PYINSTALLER_TEXT = Buffer.from('_MEIPASS')
/** Its program has some 12 KB of texts: what has more is another. */
const MAX_BOOTLOADER_TEXT_BYTES = 256 * 1024

const TEXTS = ['.rodata', '.rdata', '__TEXT,__cstring']

/** PyInstaller's bootloader, with the archive that it starts from or without. */
export async function readPyInstaller(program: PackedProgram): Promise<ArtifactPayload | null> {
  const { bytes, sections, appended } = program
  const texts = sections.find(({ name }) => TEXTS.includes(name))
  if (texts === undefined || texts.size > MAX_BOOTLOADER_TEXT_BYTES) return null
  if ((await findConstant(program, PYINSTALLER_TEXT)) === null) return null
  const section = sections.find(({ name }) => name === 'pydata')
  const { offset, size: packed } = section ?? appended
  const end = offset + packed
  const from = end - Math.min(packed, COOKIE_WITHIN_BYTES)
  const cookie = await bytes.find(PYINSTALLER_COOKIE, from, end - from)
  const told = { runtime: 'pyinstaller', version: null } as const
  return cookie === null ? { ...told, state: 'bare', bytes: 0 } : { ...told, state: 'carried', bytes: packed }
}
