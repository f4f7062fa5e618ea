import fc from 'fast-check'

/** Bytes as programs write them to a stream: words, line ends, colours, broken UTF-8, and long lines. */
const PIECES: readonly Buffer[] = [
  'BACKEND_PORT:41234',
  '\n',
  '\r\n',
  '\r',
  'größer 漢字 😀',
  '\u001B[31m',
  '\0',
  '\uFEFF',
  'x'.repeat(500),
  'y'.repeat(4090),
  '::error::forged',
]
  .map(text => Buffer.from(text))
  // Characters cut in two, overlong, beyond Unicode, and half of a UTF-16 pair.
  .concat(
    ['c3', 'e6bc', 'f09f98', 'f0', 'c080', 'f4908080', 'eda080', 'ff', 'bf80'].map(hex =>
      Buffer.from(hex, 'hex'),
    ),
  )

export const streamBytes: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PIECES),
      fc.uint8Array({ maxLength: 8 }).map(bytes => Buffer.from(bytes)),
      fc.string({ unit: 'binary', maxLength: 12 }).map(text => Buffer.from(text)),
    ),
    { maxLength: 24 },
  )
  .map(pieces => Buffer.concat(pieces))

export interface Chunked {
  readonly bytes: Buffer
  readonly chunks: readonly Buffer[]
}

/** The same bytes in pieces of any length, empty ones and single bytes included. */
export const chunked: fc.Arbitrary<Chunked> = fc
  .tuple(streamBytes, fc.oneof(fc.constant(null), fc.array(fc.nat({ max: 700 }), { maxLength: 40 })))
  .map(([bytes, lengths]) => ({ bytes, chunks: lengths === null ? single(bytes) : cut(bytes, lengths) }))

function single(bytes: Buffer): readonly Buffer[] {
  return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
}

function cut(bytes: Buffer, lengths: readonly number[]): readonly Buffer[] {
  const chunks: Buffer[] = []
  let at = 0
  for (const length of lengths) {
    chunks.push(bytes.subarray(at, at + length))
    at += length
  }
  return [...chunks, bytes.subarray(at)]
}

/** A case by hand: these pieces, and the bytes that they are. */
export function inPieces(...pieces: readonly (string | Buffer)[]): Chunked {
  const chunks = pieces.map(piece => Buffer.from(piece as string))
  return { bytes: Buffer.concat(chunks), chunks }
}
