import type { FileBytes } from '../artifact/bytes.ts'
import { type ElfDynamic, readDynamic } from '../artifact/elf-dynamic.ts'
import {
  type ElfHeader,
  type ElfSegment,
  readElfHeader,
  readSections,
  readSegments,
} from '../artifact/elf-tables.ts'
import { compareViews } from './bytes-apart.ts'
import type { ElfChanges } from './description.ts'
import { nameOffset } from './places.ts'

const PT_LOAD = 1
const MOST_NAMED = 64
const OTHER_MAP = 'the table of its segments'
/** Where the sections are, and how many: what the kernel does not look at (e_shoff, e_shentsize to e_shstrndx). */
const OF_SECTIONS = {
  32: [
    { offset: 32, size: 4 },
    { offset: 46, size: 6 },
  ],
  64: [
    { offset: 40, size: 8 },
    { offset: 58, size: 6 },
  ],
}

interface Read {
  readonly bytes: FileBytes
  readonly header: ElfHeader
  readonly loaded: readonly ElfSegment[]
  readonly sections: readonly string[]
  readonly dynamic: ElfDynamic | null
}

/** What `strip`, `patchelf` and their kin change. Null where a header cannot be read. */
export async function findElfChanges(tested: FileBytes, copy: FileBytes): Promise<ElfChanges | null> {
  const [one, other] = [await read(tested), await read(copy)]
  if (one === null || other === null) return null
  const [from, to] = [one, other].map(({ dynamic }) => dynamic?.runpath ?? dynamic?.rpath ?? null)
  const gone = one.sections.filter(name => name !== '' && !other.sections.includes(name))
  return {
    goneSections: gone.slice(0, MOST_NAMED),
    loadsOther: await findOtherLoaded(one, other),
    searchPath: from === to ? null : { from: from ?? null, to: to ?? null },
  }
}

async function read(bytes: FileBytes): Promise<Read | null> {
  const header = await readElfHeader(bytes)
  if ('kind' in header) return null
  const segments = await readSegments(bytes, header)
  const sections = await readSections(bytes, header)
  return {
    bytes,
    header,
    loaded: segments.filter(({ type }) => type === PT_LOAD),
    sections: sections.map(({ name }) => name),
    dynamic: await readDynamic(bytes, header, segments),
  }
}

/** What is mapped may lie elsewhere in the file: it is compared segment by segment. Null where nothing differs. */
async function findOtherLoaded(one: Read, other: Read): Promise<string | null> {
  if (one.loaded.length !== other.loaded.length || one.header.bits !== other.header.bits) return OTHER_MAP
  for (const [index, segment] of one.loaded.entries()) {
    const its = other.loaded[index]
    if (its === undefined || its.address !== segment.address || its.size !== segment.size) return OTHER_MAP
    const [here, there] = [
      one.bytes.part(segment.offset, segment.size),
      other.bytes.part(its.offset, its.size),
    ]
    if (here === null || there === null) return OTHER_MAP
    const ignored = segment.offset === 0 ? OF_SECTIONS[one.header.bits] : []
    const view = (bytes: FileBytes) => ({ bytes, end: bytes.size, behind: bytes.size, ignored, padding: 0 })
    const { first } = await compareViews(view(here), view(there))
    if (first !== null) return nameOffset(one.bytes, 'elf', segment.offset + first)
  }
  return null
}
