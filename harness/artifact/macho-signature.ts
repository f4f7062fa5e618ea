import { createHash } from 'node:crypto'
import type { FileBytes } from './bytes.ts'
import type { ArtifactSignature, SignedPages } from './description.ts'
import type { FileRange } from './packed-program.ts'

/* Apple's code signature, which is big-endian whatever the program is: xnu, osfmk/kern/cs_blobs.h. */

const EMBEDDED_SIGNATURE = 0xfade0cc0
const CODE_DIRECTORY = 0xfade0c02
const ENTITLEMENTS = 0xfade7171

const SLOT_CODE_DIRECTORY = 0
const SLOT_ENTITLEMENTS = 5
/** Further directories with other hashes; the kernel takes the one with the best. */
const SLOT_ALTERNATES = [0x1000, 0x1001, 0x1002, 0x1003, 0x1004]
/** The certificates and the signature proper. */
const SLOT_CMS = 0x10000

const CS_ADHOC = 0x2
const CS_RUNTIME = 0x10000

/** The third is cut to the length of the first. */
const HASHES: Record<number, { algorithm: string; bytes: number }> = {
  1: { algorithm: 'sha1', bytes: 20 },
  2: { algorithm: 'sha256', bytes: 32 },
  3: { algorithm: 'sha256', bytes: 20 },
  4: { algorithm: 'sha384', bytes: 48 },
}
/** From the worst to the best, as the kernel ranks them. */
const RANKS = [1, 3, 2, 4]

/** Real ones have some ten. */
const MAX_BLOBS = 64
const MAX_ENTITLEMENTS_BYTES = 64 * 1024
/** Certificates of three, and a time stamp's: some 9 KB. */
const MAX_CMS_BYTES = 64 * 1024
/** An empty envelope of eight bytes is what ad-hoc signatures have. */
const EMPTY_CMS_BYTES = 8
/** 4 KiB, and on Apple Silicon 16 KiB. Smaller ones would only make work. */
const PAGE_BITS = { least: 12, most: 20 }
/** As many pages as are read at once; a multiple of every size of theirs. */
const VERIFY_BYTES = 2 ** PAGE_BITS.most
const MAX_KEYS = 64

const NO_SIGNATURE: ArtifactSignature = {
  kind: 'none',
  authority: null,
  hardenedRuntime: null,
  entitlements: [],
  pages: null,
}

/** What the hashes are of, and where they stand. */
interface CodeDirectory {
  flags: number
  hashType: number
  hashBytes: number
  /** In bytes of the program. */
  hashesAt: number
  pageCount: number
  pageBytes: number
  /** As much of the program is signed. */
  limit: number
}

/**
 * Reads the signature of a program for one processor. With `verify` the pages are compared with their hashes, which reads
 * the whole program.
 */
export async function readMachOSignature(
  bytes: FileBytes,
  place: FileRange | null,
  verify: boolean,
): Promise<ArtifactSignature> {
  if (place === null) return NO_SIGNATURE
  const damaged: ArtifactSignature = { ...NO_SIGNATURE, kind: 'damaged' }
  const blobs = await readBlobs(bytes, place)
  const directory = blobs === null ? null : await chooseDirectory(bytes, blobs)
  if (blobs === null || directory === null) return damaged
  const authority = await readAuthority(bytes, blobs.get(SLOT_CMS) ?? null)
  const isAdHoc = (directory.flags & CS_ADHOC) !== 0
  return {
    kind: isAdHoc || authority === null ? (isAdHoc ? 'ad-hoc' : 'damaged') : kindOf(authority),
    authority: isAdHoc || authority === '' ? null : authority,
    hardenedRuntime: (directory.flags & CS_RUNTIME) !== 0,
    entitlements: await readEntitlements(bytes, blobs.get(SLOT_ENTITLEMENTS) ?? null),
    pages: verify ? await verifyPages(bytes, directory) : null,
  }
}

function kindOf(authority: string): 'developer-id' | 'certificate' {
  return authority.startsWith('Developer ID Application: ') ? 'developer-id' : 'certificate'
}

/** The parts of a signature by their slots, as far as they lie within it. */
async function readBlobs(bytes: FileBytes, place: FileRange): Promise<Map<number, FileRange> | null> {
  const header = await bytes.fields(place.offset, 12, 'big')
  if (header === null || header.u32(0) !== EMBEDDED_SIGNATURE) return null
  const blobs = new Map<number, FileRange>()
  for (let index = 0; index < Math.min(header.u32(8), MAX_BLOBS); index += 1) {
    const entry = await bytes.fields(place.offset + 12 + index * 8, 8, 'big')
    const at = place.offset + (entry?.u32(4) ?? 0)
    const blob = entry === null ? null : await bytes.fields(at, 8, 'big')
    if (entry === null || blob === null) return null
    if (at + blob.u32(4) > place.offset + place.size) return null
    blobs.set(entry.u32(0), { offset: at, size: blob.u32(4) })
  }
  return blobs
}

async function chooseDirectory(
  bytes: FileBytes,
  blobs: ReadonlyMap<number, FileRange>,
): Promise<CodeDirectory | null> {
  let best: CodeDirectory | null = null
  for (const slot of [SLOT_CODE_DIRECTORY, ...SLOT_ALTERNATES]) {
    const blob = blobs.get(slot)
    const directory = blob === undefined ? null : await readDirectory(bytes, blob)
    if (slot === SLOT_CODE_DIRECTORY && directory === null) return null
    if (directory === null) continue
    if (best === null || RANKS.indexOf(directory.hashType) > RANKS.indexOf(best.hashType)) best = directory
  }
  return best
}

async function readDirectory(bytes: FileBytes, blob: FileRange): Promise<CodeDirectory | null> {
  const fields = await bytes.fields(blob.offset, 44, 'big')
  if (fields === null || fields.u32(0) !== CODE_DIRECTORY) return null
  const sizes = (await bytes.read(blob.offset + 36, 4)) ?? Buffer.alloc(4)
  const [hashBytes = 0, hashType = 0, , pageBits = 0] = sizes
  const pageBytes = 2 ** pageBits
  const pageCount = fields.u32(28)
  const limit = fields.u32(32)
  const hashesAt = blob.offset + fields.u32(16)
  const isSound =
    HASHES[hashType]?.bytes === hashBytes &&
    pageBits >= PAGE_BITS.least &&
    pageBits <= PAGE_BITS.most &&
    pageCount === Math.ceil(limit / pageBytes) &&
    limit <= bytes.size &&
    hashesAt + pageCount * hashBytes <= blob.offset + blob.size
  return isSound
    ? { flags: fields.u32(12), hashType, hashBytes, hashesAt, pageCount, pageBytes, limit }
    : null
}

async function verifyPages(bytes: FileBytes, directory: CodeDirectory): Promise<SignedPages> {
  const { hashType, hashBytes, hashesAt, pageCount, pageBytes, limit } = directory
  // A copy: the next read takes the place of what this one brought.
  const hashes = Buffer.from((await bytes.read(hashesAt, pageCount * hashBytes)) ?? [])
  let wrong = 0
  for (let from = 0; from < limit; from += VERIFY_BYTES) {
    const part = (await bytes.read(from, Math.min(VERIFY_BYTES, limit - from))) ?? Buffer.alloc(0)
    for (let at = from; at < Math.min(from + VERIFY_BYTES, limit); at += pageBytes) {
      const page = part.subarray(at - from, at - from + pageBytes)
      const first = (at / pageBytes) * hashBytes
      const wanted = hashes.subarray(first, first + hashBytes)
      if (!hashPage(page, hashType, hashBytes).equals(wanted)) wrong += 1
    }
  }
  return { checked: pageCount, wrong }
}

function hashPage(page: Buffer, hashType: number, hashBytes: number): Buffer {
  const hash = createHash(HASHES[hashType]?.algorithm ?? 'sha256')
  return hash.update(page).digest().subarray(0, hashBytes)
}

/** Null where there is no certificate; empty where there is one whose name is not known. */
async function readAuthority(bytes: FileBytes, blob: FileRange | null): Promise<string | null> {
  if (blob === null || blob.size <= EMPTY_CMS_BYTES) return null
  const cms = await bytes.read(blob.offset, Math.min(blob.size, MAX_CMS_BYTES))
  // The names that Apple gives to the certificates that programs are signed with, each with its owner behind it.
  const name =
    /(?:Developer ID Application|Apple Development|Apple Distribution|Mac Developer|3rd Party Mac Developer Application): [\x20-\x7e\x80-\xff]{1,100}?\([A-Z0-9]{10}\)/
  return name.exec(cms?.toString('latin1') ?? '')?.[0] ?? ''
}

/** Keys of the property list, without those that are false. */
async function readEntitlements(bytes: FileBytes, blob: FileRange | null): Promise<string[]> {
  if (blob === null || blob.size > MAX_ENTITLEMENTS_BYTES) return []
  const list = await bytes.read(blob.offset, blob.size)
  if (list === null || list.length < 8 || list.readUInt32BE(0) !== ENTITLEMENTS) return []
  const keys = [...list.toString('utf8', 8).matchAll(/<key>([^<]{1,200})<\/key>\s*(<false\s*\/>)?/g)]
  return keys.flatMap(([, key = '', off]) => (off === undefined ? [key] : [])).slice(0, MAX_KEYS)
}
