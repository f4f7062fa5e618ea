import { open } from 'node:fs/promises'
import { posix } from 'node:path'

/** Four numbers of 32 bits: of a "pickle" that holds a size, and of one that holds that many bytes of JSON. */
const HEAD_BYTES = 16
/** Of an app with all its modules it is some megabytes. */
const MAX_HEADER_BYTES = 64 * 1024 * 1024

interface AsarEntry {
  readonly files?: Readonly<Record<string, AsarEntry>>
  /** It lies beside the archive, in `<archive>.unpacked`. */
  readonly unpacked?: boolean
  readonly link?: string
}

/**
 * Paths of files of these names in an archive of Electron's (https://github.com/electron/asar), without those that lie
 * beside it. Null for what is no such archive.
 */
export async function findInAsar(path: string, names: readonly string[]): Promise<readonly string[] | null> {
  const root = await readHeader(path)
  if (root === null) return null
  const found: string[] = []
  const left: [string, AsarEntry][] = [['', root]]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [place, { files }] = next
    for (const [name, entry] of Object.entries(files ?? {})) {
      if (typeof entry !== 'object' || entry === null) continue
      const at = posix.join(place, name)
      if (entry.files !== undefined) left.push([at, entry])
      else if (names.includes(name) && entry.unpacked !== true && entry.link === undefined) found.push(at)
    }
  }
  return found.sort()
}

async function readHeader(path: string): Promise<AsarEntry | null> {
  const handle = await open(path)
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0)
    const size = head.readUInt32LE(12)
    if (bytesRead < HEAD_BYTES || head.readUInt32LE(0) !== 4 || size > MAX_HEADER_BYTES) return null
    const json = Buffer.alloc(size)
    await handle.read(json, 0, size, HEAD_BYTES)
    const root: unknown = JSON.parse(json.toString('utf8'))
    return typeof root === 'object' ? root : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  } finally {
    await handle.close()
  }
}
