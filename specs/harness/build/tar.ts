/** Archives as npm makes them, by hand. */

import { gzipSync } from 'node:zlib'

export interface TarEntry {
  readonly name: string
  readonly content: Buffer
  /** `0` for a file, `5` for a directory, `x` for what is told of the next entry. */
  readonly type?: string
}

const BLOCK = 512

export function makeTgz(entries: readonly TarEntry[]): Buffer {
  return gzipSync(Buffer.concat([...entries.map(makeEntry), Buffer.alloc(2 * BLOCK)]), { level: 1 })
}

function makeEntry({ name, content, type = '0' }: TarEntry): Buffer {
  const header = Buffer.alloc(BLOCK)
  header.write(name, 0)
  header.write('0000755\0', 100)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('        ', 148)
  header.write(type, 156)
  header.write('ustar\x0000', 257, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)])
}
