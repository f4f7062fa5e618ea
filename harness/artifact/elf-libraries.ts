import { platform } from 'node:process'
import type { ArtifactContent, ArtifactLibraries } from './description.ts'
import type { ElfDynamic } from './elf-dynamic.ts'
import type { ElfHeader } from './elf-tables.ts'
import { findLibraries } from './libraries.ts'

/** What is known of a sound ELF program when its turn comes to be asked for its libraries. */
interface LinkedElf {
  path: string
  header: ElfHeader
  dynamic: ElfDynamic | null
  content: ArtifactContent
}

/** Says what the program needs, and where this machine has it if the program could run here. */
export async function describeLibraries(elf: LinkedElf): Promise<ArtifactLibraries> {
  const { path, header, dynamic, content } = elf
  const { interpreter, libc, bits, archs } = content
  const [arch] = archs
  if (dynamic === null || interpreter === null)
    return { needed: [], versions: [], newestGlibc: null, searched: true }
  // Anything else: a loader whose rules nobody here knows, or that is not here itself.
  const isKnown = (libc === 'gnu' || libc === 'musl') && interpreter.exists && platform === 'linux'
  if (isKnown && bits !== null && arch !== undefined)
    return findLibraries({ path, header, dynamic, loader: { path: interpreter.path, libc, bits, arch } })
  return {
    needed: dynamic.needed.map(name => ({ name, by: null, path: null })),
    versions: dynamic.requires.map(({ library, names }) => ({ by: null, library, names, lacking: [] })),
    newestGlibc: null,
    searched: false,
  }
}
