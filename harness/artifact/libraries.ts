import { basename, dirname, isAbsolute, join } from 'node:path'
import type { ArtifactLibraries, LibraryVersions, NeededLibrary } from './description.ts'
import type { ElfDynamic } from './elf-dynamic.ts'
import type { ElfHeader } from './elf-tables.ts'
import { newestOf } from './glibc-version.ts'
import { readLibrary } from './library-file.ts'
import {
  expandDirectories,
  findSystemPlaces,
  hasToken,
  type Loader,
  type SystemPlaces,
} from './library-places.ts'

/** The program whose libraries are looked for. */
export interface LinkedProgram {
  /** With symbolic links resolved, as the loader does it for `$ORIGIN`. */
  path: string
  header: ElfHeader
  dynamic: ElfDynamic
  loader: Loader
}

/** A file that the loader has taken up. */
interface LoadedFile {
  /** As it was asked for; null for the program itself. */
  name: string | null
  path: string
  dynamic: ElfDynamic
  /** Who asked for it first. */
  parent: LoadedFile | null
  /** Whether it comes with the program, and not with the system. */
  isShipped: boolean
}

/** A large desktop program has some two hundred. */
const MAX_LIBRARIES = 1000

/** musl holds these in its loader and looks for no file (ldso/dynlink.c). */
const HELD_BY_MUSL = /^lib(c|pthread|rt|m|dl|util|xnet)\./

/**
 * Looks for every library that the program needs, and that those need, as its loader would on this machine with an
 * environment that names no directories.
 */
export async function findLibraries(program: LinkedProgram): Promise<ArtifactLibraries> {
  const search = new Search(program, await findSystemPlaces(program.loader))
  const files = await search.run()
  return {
    needed: search.needed,
    versions: files.flatMap(file => search.compareVersions(file)),
    newestGlibc: search.newestGlibc(),
    searched: true,
  }
}

class Search {
  readonly needed: NeededLibrary[] = []
  readonly #program: LinkedProgram
  readonly #places: SystemPlaces
  /** By every name that they go by. */
  readonly #loaded = new Map<string, LoadedFile>()

  constructor(program: LinkedProgram, places: SystemPlaces) {
    this.#program = program
    this.#places = places
  }

  /** Breadth first: that is the loader's order, and it decides whose directories find a library. */
  async run(): Promise<LoadedFile[]> {
    const { path, dynamic } = this.#program
    const files: LoadedFile[] = [{ name: null, path, dynamic, parent: null, isShipped: true }]
    const asked = new Set<string>()
    // An array's iterator also visits what is added while it runs.
    for (const file of files) {
      for (const name of file.dynamic.needed) {
        if (asked.has(name) || this.#loaded.has(name) || asked.size >= MAX_LIBRARIES) continue
        asked.add(name)
        const found = await this.#load(name, file)
        this.needed.push({ name, by: file.name, path: found?.path ?? null })
        if (found === null) continue
        this.#loaded.set(name, found)
        if (found.dynamic.soname !== null) this.#loaded.set(found.dynamic.soname, found)
        files.push(found)
      }
    }
    return files
  }

  /** What a file requires of others. Between files of the system it is told only where it is not met. */
  compareVersions({ name: by, dynamic, isShipped }: LoadedFile): LibraryVersions[] {
    return dynamic.requires.flatMap(({ library, names }) => {
      const provider = this.#loaded.get(library)
      // Without definitions of versions the loader only warns.
      const defines = provider?.dynamic.defines ?? null
      const lacking = defines === null ? [] : names.filter(name => !defines.includes(name))
      return isShipped || lacking.length > 0 ? [{ by, library, names, lacking }] : []
    })
  }

  newestGlibc(): string | null {
    const defines = this.#loaded.get('libc.so.6')?.dynamic.defines ?? []
    return newestOf(defines)
  }

  async #load(name: string, by: LoadedFile): Promise<LoadedFile | null> {
    const { loader } = this.#program
    const isLoader = name === basename(loader.path) || (loader.libc === 'musl' && HELD_BY_MUSL.test(name))
    if (isLoader) return this.#open(name, loader.path, by, false)
    // Looked for in the working directory, which is nobody's promise.
    if (name.includes('/')) return isAbsolute(name) ? this.#open(name, name, by, false) : null
    for (const { path, isShipped } of this.#candidates(name, by)) {
      const found = await this.#open(name, path, by, isShipped)
      if (found !== null) return found
    }
    return null
  }

  #candidates(name: string, by: LoadedFile): { path: string; isShipped: boolean }[] {
    const own = this.#ownDirectories(by).flatMap(({ list, file }) =>
      list.split(':').flatMap(entry =>
        expandDirectories(entry, dirname(file.path), this.#program.loader).map(directory => ({
          path: join(directory, name),
          isShipped: file.isShipped && hasToken(entry, 'ORIGIN'),
        })),
      ),
    )
    if (by.dynamic.avoidsSystem) return own
    return [...own, ...this.#places.candidates(name).map(path => ({ path, isShipped: false }))]
  }

  /**
   * The lists of directories that a file brings. glibc: a DT_RUNPATH holds for the file that has it and makes every
   * DT_RPATH void; without one, the DT_RPATHs of all who led to it hold (ld.so(8)). musl makes no difference.
   */
  #ownDirectories(by: LoadedFile): { list: string; file: LoadedFile }[] {
    const isMusl = this.#program.loader.libc === 'musl'
    if (!isMusl && by.dynamic.runpath !== null) return [{ list: by.dynamic.runpath, file: by }]
    const lists: { list: string; file: LoadedFile }[] = []
    for (let file: LoadedFile | null = by; file !== null; file = file.parent) {
      const { rpath, runpath } = file.dynamic
      const list = isMusl ? (runpath ?? rpath) : runpath === null ? rpath : null
      if (list !== null) lists.push({ list, file })
    }
    return lists
  }

  /** As a library for the same processor; null when it is none. Loaders pass over what is not. */
  async #open(
    name: string,
    path: string,
    parent: LoadedFile,
    isShipped: boolean,
  ): Promise<LoadedFile | null> {
    const dynamic = await readLibrary(path, this.#program.header)
    return dynamic === null ? null : { name, path, dynamic, parent, isShipped }
  }
}
