import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

/* Tar archives as npm makes them: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html, "ustar". */

const BLOCK = 512
const NAME = { at: 0, bytes: 100 }
const SIZE = { at: 124, bytes: 12 }
const TYPE_AT = 156
/** Old archives have none at all. */
const FILE_TYPES = ['0', '\0']

/**
 * Writes one file of a .tgz to `output`. False where there is no such file in it. Throws for an archive that ends before its
 * end, or is damaged: gzip has a checksum.
 */
export async function extractEntry(archive: string, name: string, output: string): Promise<boolean> {
  const file = await open(output, 'wx', 0o600)
  try {
    let isFound = false
    await pipeline(createReadStream(archive), createGunzip(), async (source: AsyncIterable<Buffer>) => {
      let rest: Buffer = Buffer.alloc(0)
      /** Of the file that is read: its bytes that are still to come, and those behind them up to a whole block. */
      let content = 0
      let padding = 0
      let isWanted = false
      for await (const chunk of source) {
        rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
        while (rest.length > 0) {
          if (content > 0) {
            const part = rest.subarray(0, content)
            if (isWanted) await file.writeFile(part)
            content -= part.length
            rest = rest.subarray(part.length)
          } else if (padding > 0) {
            const skipped = Math.min(padding, rest.length)
            padding -= skipped
            rest = rest.subarray(skipped)
          } else if (rest.length >= BLOCK) {
            content = sizeIn(rest)
            padding = (BLOCK - (content % BLOCK)) % BLOCK
            isWanted = !isFound && isFile(rest) && textIn(rest, NAME) === name
            isFound ||= isWanted
            rest = rest.subarray(BLOCK)
          } else break
        }
      }
      if (content > 0) throw new Error(`${name} is cut short in the archive`)
    })
    return isFound
  } finally {
    await file.close()
  }
}

/** The end is marked by empty blocks, whose sizes read as 0. */
function sizeIn(header: Buffer): number {
  const text = textIn(header, SIZE).trim()
  const size = text === '' ? 0 : Number.parseInt(text, 8)
  if (Number.isNaN(size)) throw new Error('the archive is damaged')
  return size
}

function isFile(header: Buffer): boolean {
  return FILE_TYPES.includes(header.toString('latin1', TYPE_AT, TYPE_AT + 1))
}

function textIn(header: Buffer, { at, bytes }: { readonly at: number; readonly bytes: number }): string {
  const text = header.toString('latin1', at, at + bytes)
  return text.split('\0', 1)[0] ?? ''
}
