import { readFile, realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { unlessAbsent } from './absent.ts'
import { readLoaderCache } from './loader-cache.ts'

/** The loader that a program names, and for whom it works. */
export interface Loader {
  path: string
  libc: 'gnu' | 'musl'
  bits: 32 | 64
  /** In Node's words. */
  arch: string
}

/** Where a loader looks when a file brings no directory of its own. */
export interface SystemPlaces {
  /** The files that it would try, in its order. */
  candidates(name: string): string[]
}

/** Debian's names for its processors' directories; other distributions have lib64 and lib. */
const MULTIARCH: Record<string, string> = {
  x64: 'x86_64-linux-gnu',
  ia32: 'i386-linux-gnu',
  arm64: 'aarch64-linux-gnu',
  arm: 'arm-linux-gnueabihf',
  riscv64: 'riscv64-linux-gnu',
  ppc64: 'powerpc64le-linux-gnu',
  s390x: 's390x-linux-gnu',
  loong64: 'loongarch64-linux-gnu',
}

/** What musl takes when its own file does not say otherwise (ldso/dynlink.c). */
const MUSL_DEFAULT = '/lib:/usr/local/lib:/usr/lib'

/** Finds out where a loader of this machine looks. */
export async function findSystemPlaces(loader: Loader): Promise<SystemPlaces> {
  return loader.libc === 'musl' ? findMuslPlaces(loader) : findGlibcPlaces(loader)
}

/** The cache first, then the directories that are built into the loader: those differ from one distribution to the next. */
async function findGlibcPlaces(loader: Loader): Promise<SystemPlaces> {
  const cache = await readLoaderCache()
  const directories = [...(await besideLoader(loader)), ...glibcDirectories(loader)]
  return {
    candidates: name => [...(cache.get(name) ?? []), ...directories.map(directory => join(directory, name))],
  }
}

/** Nothing but what its own file or its defaults say. */
async function findMuslPlaces({ path }: Loader): Promise<SystemPlaces> {
  const [, prefix = '', arch = ''] = /^(.*)\/lib\/ld-musl-(.+)\.so\.1$/.exec(path) ?? []
  const configured = await unlessAbsent(readFile(`${prefix}/etc/ld-musl-${arch}.path`, 'utf8'))
  const directories = (configured ?? MUSL_DEFAULT).split(/[:\n]/).filter(isAbsolute)
  return { candidates: name => directories.map(directory => join(directory, name)) }
}

/** NixOS, Guix and self-made trees keep libraries beside the loader, which has that directory built in. */
async function besideLoader({ path }: Loader): Promise<string[]> {
  const real = await unlessAbsent(realpath(path))
  return real === null ? [] : [dirname(real)]
}

function glibcDirectories({ arch, bits }: Loader): string[] {
  const multiarch = MULTIARCH[arch]
  const names = [...(multiarch === undefined ? [] : [`lib/${multiarch}`]), `lib${bits}`, 'lib']
  return names.flatMap(name => [`/${name}`, `/usr/${name}`])
}

/**
 * The directories of a DT_RPATH or DT_RUNPATH. `$LIB` and `$PLATFORM` stand for names that are built into the loader:
 * all that they may be are given. Relative ones depend on the working directory, which is nobody's promise.
 */
export function expandDirectories(list: string, origin: string, loader: Loader): string[] {
  const multiarch = MULTIARCH[loader.arch] ?? ''
  const libs = [`lib/${multiarch}`, `lib${loader.bits}`, 'lib']
  return list
    .split(':')
    .map(directory => replaceToken(directory, 'ORIGIN', origin))
    .map(directory => replaceToken(directory, 'PLATFORM', multiarch.split('-', 1)[0] ?? ''))
    .flatMap(directory =>
      hasToken(directory, 'LIB') ? libs.map(lib => replaceToken(directory, 'LIB', lib)) : [directory],
    )
    .filter(isAbsolute)
}

/** Whether a directory of a DT_RPATH or DT_RUNPATH moves with the file that names it. */
export function hasToken(directory: string, token: string): boolean {
  return directory.includes(`$${token}`) || directory.includes(`\${${token}}`)
}

function replaceToken(directory: string, token: string, value: string): string {
  return directory.replaceAll(`\${${token}}`, () => value).replaceAll(`$${token}`, () => value)
}
