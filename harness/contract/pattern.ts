import type { Pattern } from './input.ts'

/** What a RegExp may be told. */
export const PATTERN_FLAGS = 'dgimsuvy'

/** A RegExp as plain data. */
export interface PatternData {
  readonly source: string
  readonly flags: string
}

export function toData({ source, flags = '' }: Pattern): PatternData {
  return { source, flags }
}
