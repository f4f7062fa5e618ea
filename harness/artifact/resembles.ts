import { printable } from '../text/printable.ts'
import { notAProgram } from './defects.ts'
import { type ArtifactContent, type ArtifactDefect, NO_CONTENT } from './description.ts'

/** Enough to hold every signature: tar's stands at byte 257. */
export const SIGNATURE_BYTES = 512

const SNIPPET_CHARACTERS = 60

const SIGNATURES: { words: string; bytes: string; at?: number }[] = [
  { words: 'a gzip archive', bytes: '\x1f\x8b' },
  { words: 'a zip archive', bytes: 'PK\x03\x04' },
  { words: 'an xz archive', bytes: '\xfd7zXZ\0' },
  { words: 'a zstd archive', bytes: '\x28\xb5\x2f\xfd' },
  { words: 'a bzip2 archive', bytes: '1AY&SY', at: 4 },
  { words: 'a 7-Zip archive', bytes: '7z\xbc\xaf\x27\x1c' },
  { words: 'a tar archive', bytes: 'ustar', at: 257 },
  { words: 'a Debian package', bytes: '!<arch>\ndebian-binary' },
  { words: 'a static library', bytes: '!<arch>\n' },
  { words: 'a WebAssembly module', bytes: '\0asm' },
  { words: 'a Java class file', bytes: '\xca\xfe\xba\xbe' },
  { words: 'a PDF document', bytes: '%PDF-' },
  { words: 'a PNG image', bytes: '\x89PNG' },
]

/** Text whose beginning tells what wrote it. What a failed download leaves is in most cases one of these. */
const TEXTS: { words: string; begins: RegExp; quoted: boolean }[] = [
  { words: 'a Git LFS pointer', begins: /^version https:\/\/git-lfs\.github\.com\/spec\//, quoted: false },
  { words: 'an HTML page', begins: /^\s*(<!doctype html|<html)/i, quoted: true },
  { words: 'an XML document', begins: /^\s*<(\?xml|[a-z])/i, quoted: true },
  { words: 'a JSON document', begins: /^\s*(\{\s*("|\})|\[\s*[{\]])/, quoted: true },
]

/**
 * Describes a file that is no executable of any kind, from its first bytes (`SIGNATURE_BYTES` of them, or all).
 * Text without `#!` gets a defect of its own, because shells run it and kernels do not.
 */
export function describeNonProgram(head: Buffer): ArtifactContent {
  const binary = SIGNATURES.find(
    ({ bytes, at = 0 }) => head.toString('latin1', at, at + bytes.length) === bytes,
  )
  if (binary !== undefined) return describeOther(binary.words)
  const text = readText(head)
  if (text === null) return describeOther(describeBinary(head))
  if (text.startsWith('\ufeff#!')) return describeScriptWithMark()
  const known = TEXTS.find(({ begins }) => begins.test(text))
  if (known !== undefined) return describeOther(known.quoted ? `${known.words}: ${quote(text)}` : known.words)
  return describeText(quote(text))
}

/** Describes a file of no bytes, which a launcher that falls back to /bin/sh runs as a script that succeeds. */
export function describeEmpty(): ArtifactContent {
  const sentence =
    'It is empty (0 bytes): a launcher that falls back to /bin/sh would report exit 0 and no output.'
  return {
    ...NO_CONTENT,
    format: 'empty',
    resembles: 'an empty file',
    defects: [{ kind: 'empty', sentence }],
  }
}

function describeOther(resembles: string): ArtifactContent {
  return { ...NO_CONTENT, resembles, defects: [notAProgram(resembles)] }
}

function describeText(quoted: string): ArtifactContent {
  const sentence = `It is text without a #! line, so the kernel does not run it, though a shell would: "${quoted}".`
  const defect: ArtifactDefect = { kind: 'text-without-shebang', sentence }
  return { ...NO_CONTENT, resembles: `text: "${quoted}"`, defects: [defect] }
}

function describeScriptWithMark(): ArtifactContent {
  const resembles = 'a script with a byte order mark before its #!'
  const sentence = `It is ${resembles}, so the kernel does not see the #!. Save it without the mark.`
  return { ...NO_CONTENT, resembles, defects: [{ kind: 'text-without-shebang', sentence }] }
}

/** The text that the bytes are in UTF-8, or in UTF-16 with a byte order mark (PowerShell's `>`); null for none. */
function readText(head: Buffer): string | null {
  const bom = head.toString('latin1', 0, 2)
  const encoding = bom === '\xff\xfe' ? 'utf-16le' : bom === '\xfe\xff' ? 'utf-16be' : 'utf-8'
  try {
    // As a stream, because the head may end within a character.
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(head, { stream: true })
    return /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(text) ? null : text
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

function describeBinary(head: Buffer): string {
  if (head.every(byte => byte === 0)) return 'zero bytes, as an interrupted download leaves them'
  return `binary data that begins with ${head.toString('hex', 0, 4).replace(/..(?=.)/g, '$& ')}`
}

function quote(text: string): string {
  return printable(text.trim().replace(/\s+/g, ' '), SNIPPET_CHARACTERS)
}
