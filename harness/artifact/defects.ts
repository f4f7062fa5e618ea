import type { ArtifactDefect } from './description.ts'

/**
 * The defect of a file that ends before what its headers describe, or null when it holds all of it. Both in bytes.
 * A kernel may well start such a file and kill it at the first missing page, so this counts as not launchable.
 */
export function findTruncation(fileBytes: number, describedBytes: number): ArtifactDefect | null {
  if (describedBytes <= fileBytes) return null
  const sentence = `It is cut short: its headers describe ${count(describedBytes)} bytes, and the file has ${count(fileBytes)}.`
  return { kind: 'truncated', sentence }
}

/** The defect of a header that contradicts its own format, so that kernels refuse the file. */
export function damagedHeader(what: string): ArtifactDefect {
  return { kind: 'damaged-header', sentence: `Its header is damaged: ${what}.` }
}

/** The defect of a file that is something else than a program; `resembles` in words. */
export function notAProgram(resembles: string): ArtifactDefect {
  return {
    kind: 'not-a-program',
    sentence: `It is no program but ${resembles}${resembles.endsWith('…') ? '' : '.'}`,
  }
}

function count(bytes: number): string {
  return bytes.toLocaleString('en-US')
}
