/** Code signatures for macOS as `codesign` lays them out, and property lists as they are in them. */

import { createHash } from 'node:crypto'

export interface Signing {
  hardened?: boolean
  /** The keys that are true, and one that is false. */
  entitlements?: readonly string[]
  /** The name on the certificate; without one it is an ad-hoc signature. */
  authority?: string
}

const CS_ADHOC = 0x2
const CS_RUNTIME = 0x10000
const PAGE_BITS = 12

/** A signature of these bytes. */
export function signatureOf(signed: Buffer, signing: Signing = {}): Buffer {
  const { entitlements = [], authority } = signing
  const blobs: [number, Buffer][] = [[0, directoryOf(signed, signing)]]
  if (entitlements.length > 0) blobs.push([5, blob(0xfade7171, Buffer.from(listOf(entitlements)))])
  blobs.push([
    0x10000,
    blob(0xfade0b01, Buffer.from(authority === undefined ? '' : `\x0c\x20${authority}1\x13`)),
  ])
  const index = Buffer.alloc(4 + blobs.length * 8)
  index.writeUInt32BE(blobs.length, 0)
  let offset = 8 + index.length
  for (const [at, [slot, content]] of blobs.entries()) {
    index.writeUInt32BE(slot, 4 + at * 8)
    index.writeUInt32BE(offset, 8 + at * 8)
    offset += content.length
  }
  return blob(0xfade0cc0, Buffer.concat([index, ...blobs.map(([, content]) => content)]))
}

/** How long it will be: it has to be told in the header, which is signed too. */
export function signatureBytes(signedBytes: number, signing: Signing = {}): number {
  return signatureOf(Buffer.alloc(signedBytes), signing).length
}

function directoryOf(signed: Buffer, { hardened = false, authority }: Signing): Buffer {
  const pages = Math.ceil(signed.length / 2 ** PAGE_BITS)
  const hashes = Array.from({ length: pages }, (_, page) =>
    createHash('sha256')
      .update(signed.subarray(page << PAGE_BITS, (page + 1) << PAGE_BITS))
      .digest(),
  )
  const head = Buffer.alloc(36)
  head.writeUInt32BE(0x20400, 0)
  head.writeUInt32BE((authority === undefined ? CS_ADHOC : 0) | (hardened ? CS_RUNTIME : 0), 4)
  head.writeUInt32BE(8 + head.length, 8) // where the hashes are
  head.writeUInt32BE(pages, 20)
  head.writeUInt32BE(signed.length, 24)
  head.set([32, 2, 0, PAGE_BITS], 28)
  return blob(0xfade0c02, Buffer.concat([head, ...hashes]))
}

function blob(magic: number, content: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(magic, 0)
  head.writeUInt32BE(8 + content.length, 4)
  return Buffer.concat([head, content])
}

function listOf(keys: readonly string[]): string {
  const entries = keys.map(key => `<key>${key}</key>\n\t<true/>\n`).join('')
  return `<?xml version="1.0"?>\n<plist version="1.0"><dict>\n${entries}<key>not.this</key>\n<false/></dict></plist>\n`
}
