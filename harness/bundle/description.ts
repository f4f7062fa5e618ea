import type { ArtifactDescription } from '../artifact/description.ts'

/** What was found of a sidecar in an unpacked bundle. Plain data: it is kept with the recordings, and judged elsewhere. */
export interface BundleDescription {
  /** Absolute, as it was given. */
  readonly directory: string
  /** What the sidecar may be called in it. */
  readonly names: readonly string[]
  /** Files, directories and links that were looked at. */
  readonly entries: number
  /** Why not all of it was looked at; null where it was. */
  readonly unfinished: string | null
  readonly copies: readonly BundledCopy[]
  /** Paths of installers and archives in it, which nobody has opened. */
  readonly unopened: readonly string[]
  /** Where nothing of those names was found: the path of the program whose name is nearest; null for none. */
  readonly nearest: string | null
}

/** A path is relative to the bundle's directory, with slashes on every platform. */
export type BundledCopy =
  | {
      readonly kind: 'file'
      readonly path: string
      readonly artifact: ArtifactDescription
      readonly difference: CopyDifference
    }
  /** A link that does not lead to a file in the bundle; `target` as it is written. */
  | {
      readonly kind: 'link'
      readonly path: string
      readonly target: string
      readonly leads: 'outside' | 'nowhere'
    }
  /** In an archive of Electron's. */
  | { readonly kind: 'archived'; readonly path: string; readonly archive: string }
  /** The system does not let us read it; `why` is a sentence. */
  | { readonly kind: 'unreadable'; readonly path: string; readonly why: string }

/** How a copy differs from the file that was tested. */
export type CopyDifference =
  | { readonly kind: 'none' }
  /**
   * But for its signature it is the tested program. Of a universal one: processors whose part was not tested, and those
   * whose part was tested and is not there.
   */
  | { readonly kind: 'signature'; readonly untested: readonly string[]; readonly leftOut: readonly string[] }
  /** Another format, or another processor's. */
  | { readonly kind: 'other' }
  | ChangedBytes

/** Offsets are those of the file that was tested. */
export interface ChangedBytes {
  readonly kind: 'changed'
  /** The first byte that differs; where one of them just ends, the end of the shorter. */
  readonly at: number
  /** What lies there, in words: `the section .data`. */
  readonly where: string
  /** How many bytes differ of those that both have. */
  readonly differing: number
  /** What it has more than the tested file, in bytes; below zero for less. Signatures are not counted. */
  readonly grown: number
  /** The processor of the part of a universal program that this is told of. */
  readonly arch: string | null
  /** What only ELF programs tell. */
  readonly elf: ElfChanges | null
}

export interface ElfChanges {
  /** Names of the sections that are gone. */
  readonly goneSections: readonly string[]
  /**
   * What of that which the kernel maps is another, in words, but for what the header says of sections; null where all of
   * it is the same.
   */
  readonly loadsOther: string | null
  /** Where it has its loader look for libraries, where that is another now. */
  readonly searchPath: { readonly from: string | null; readonly to: string | null } | null
}
