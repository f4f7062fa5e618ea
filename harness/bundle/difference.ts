import { type FileHandle, open } from 'node:fs/promises'
import { FileBytes } from '../artifact/bytes.ts'
import type { ArtifactDescription } from '../artifact/description.ts'
import { nameCpu, readUniversalParts } from '../artifact/macho.ts'
import { type BytesApart, compareViews, isSame, type View, wholeFile } from './bytes-apart.ts'
import type { ChangedBytes, CopyDifference } from './description.ts'
import { findElfChanges } from './elf-changes.ts'
import { nameOffset } from './places.ts'
import { unsignedMachO, unsignedPe } from './unsigned.ts'

/** Tells how a copy differs from the file that was tested. Both are read as a whole only where they differ at all. */
export async function findDifference(
  tested: ArtifactDescription,
  copy: ArtifactDescription,
): Promise<CopyDifference> {
  if (tested.sha256 === copy.sha256) return { kind: 'none' }
  if (!isComparable(tested, copy)) return { kind: 'other' }
  return withBoth(tested, copy, async (one, other) => {
    if (tested.os === 'macos') return compareMachO(one, other, [tested, copy])
    const views = tested.format === 'pe' ? ([await unsignedPe(one), await unsignedPe(other)] as const) : null
    const [here, there] = [views?.[0] ?? wholeFile(one), views?.[1] ?? wholeFile(other)]
    const apart = await compareViews(here, there)
    if (isSame(apart)) return { kind: 'signature', untested: [], leftOut: [] }
    return describe(here, apart, {
      format: tested.format,
      elf: tested.format === 'elf' ? await findElfChanges(one, other) : null,
    })
  })
}

/** Of another format, or for other processors only, there is no difference worth a count. */
function isComparable(tested: ArtifactDescription, copy: ArtifactDescription): boolean {
  if (tested.os !== copy.os) return false
  if (tested.os !== 'macos' && tested.format !== copy.format) return false
  return tested.archs.length === 0 || copy.archs.some(arch => tested.archs.includes(arch))
}

/** Processor by processor: a universal program may be made of what was tested, or the other way round. */
async function compareMachO(
  one: FileBytes,
  other: FileBytes,
  [tested, copy]: readonly [ArtifactDescription, ArtifactDescription],
): Promise<CopyDifference> {
  const [here, there] = [await programsIn(one, tested), await programsIn(other, copy)]
  for (const [arch, view] of here) {
    const its = there.get(arch)
    if (its === undefined) continue
    const apart = await compareViews(view, its)
    if (!isSame(apart)) {
      const several = here.size > 1 || there.size > 1
      return describe(view, apart, { format: 'mach-o', elf: null, arch: several ? arch : null })
    }
  }
  const [mine, its] = [[...here.keys()], [...there.keys()]]
  // Of a damaged one nothing was compared, which is no likeness.
  if (!mine.some(arch => there.has(arch))) return { kind: 'other' }
  return {
    kind: 'signature',
    untested: its.filter(arch => !here.has(arch)),
    leftOut: mine.filter(arch => !there.has(arch)),
  }
}

async function programsIn(bytes: FileBytes, { format }: ArtifactDescription): Promise<Map<string, View>> {
  const parts = format === 'mach-o-universal' ? await readUniversalParts(bytes) : [bytes]
  const programs = new Map<string, View>()
  for (const part of 'kind' in parts ? [] : parts) {
    const view = await unsignedMachO(part)
    if (view !== null) programs.set(nameCpu(view.cpu), view)
  }
  return programs
}

async function describe(
  { bytes }: View,
  { at, differing, grown }: BytesApart,
  {
    format,
    elf,
    arch = null,
  }: Pick<ChangedBytes, 'elf'> & {
    format: ArtifactDescription['format']
    arch?: string | null
  },
): Promise<ChangedBytes> {
  return { kind: 'changed', at, where: await nameOffset(bytes, format, at), differing, grown, arch, elf }
}

async function withBoth<T>(
  tested: ArtifactDescription,
  copy: ArtifactDescription,
  work: (one: FileBytes, other: FileBytes) => Promise<T>,
): Promise<T> {
  const handles: FileHandle[] = []
  try {
    for (const { path } of [tested, copy]) handles.push(await open(path))
    const [one, other] = handles.map((handle, index) => {
      return new FileBytes(handle, (index === 0 ? tested : copy).bytes)
    })
    return await work(one as FileBytes, other as FileBytes)
  } finally {
    for (const handle of handles) await handle.close()
  }
}
