import type { FileBytes } from '../artifact/bytes.ts'
import type { FileRange } from '../artifact/packed-program.ts'

/** One read: large enough that comparing costs little beside reading. */
const CHUNK_BYTES = 1024 * 1024
/** What differs lies close together: the rest of a chunk is compared in steps of this. */
const STEP_BYTES = 4096

/** A program as it is compared with another: up to its signature, without what is `ignored`, and what stands behind it. */
export interface View {
  readonly bytes: FileBytes
  /** Where its signature begins; where it has none, its own end. */
  readonly end: number
  /** Where its signature ends: packers may put their application behind it. */
  readonly behind: number
  readonly ignored: readonly FileRange[]
  /** Zeros that a signature may have put behind what it signs, to begin at a multiple of so many bytes. */
  readonly padding: number
}

export interface BytesApart {
  /** Where the first byte is that differs; null where all that both have is the same. */
  readonly first: number | null
  /** The same; where one of them just ends, the end of the shorter. */
  readonly at: number
  /** How many differ of those that both have. */
  readonly differing: number
  /** What the second has more than the first; below zero for less. */
  readonly grown: number
}

export function wholeFile(bytes: FileBytes): View {
  return { bytes, end: bytes.size, behind: bytes.size, ignored: [], padding: 0 }
}

/** Compares two programs byte by byte, but for their signatures. */
export async function compareViews(one: View, other: View): Promise<BytesApart> {
  const apart = await compareSigned(one, other)
  const [tail, its] = [tailOf(one), tailOf(other)]
  if (!isSame(apart) || tail === null || its === null) return apart
  const behind = await compareSigned(tail, its)
  if (isSame(behind)) return apart
  const from = (at: number) => one.behind + at
  return { ...behind, first: behind.first === null ? null : from(behind.first), at: from(behind.at) }
}

export function isSame({ first, grown }: BytesApart): boolean {
  return first === null && grown === 0
}

function tailOf({ bytes, behind, padding }: View): View | null {
  const tail = bytes.part(behind, bytes.size - behind)
  return tail === null ? null : { ...wholeFile(tail), padding }
}

async function compareSigned(one: View, other: View): Promise<BytesApart> {
  const common = Math.min(one.end, other.end)
  const ignored = [...one.ignored, ...other.ignored]
  let first: number | null = null
  let differing = 0
  for (let from = 0; from < common; from += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, common - from)
    const here = await one.bytes.read(from, length)
    const there = await other.bytes.read(from, length)
    // It shrank since its size was taken.
    if (here === null || there === null)
      return { first: first ?? from, at: first ?? from, differing, grown: other.end - one.end }
    if (here.equals(there)) continue
    for (let at = 0; at < length; at += STEP_BYTES) {
      const end = Math.min(at + STEP_BYTES, length)
      if (here.compare(there, at, end, at, end) === 0) continue
      for (let byte = at; byte < end; byte++) {
        if (here[byte] === there[byte] || isIn(ignored, from + byte)) continue
        first ??= from + byte
        differing++
      }
    }
  }
  const isPadded = await onlyPadding(one.end > other.end ? one : other, common, one.padding)
  return { first, at: first ?? common, differing, grown: isPadded ? 0 : other.end - one.end }
}

function isIn(ranges: readonly FileRange[], at: number): boolean {
  return ranges.some(({ offset, size }) => at >= offset && at < offset + size)
}

async function onlyPadding({ bytes, end }: View, from: number, padding: number): Promise<boolean> {
  if (end === from || end - from >= padding) return false
  return (await bytes.read(from, end - from))?.every(byte => byte === 0) ?? false
}
