import type { ArtifactLibc, ArtifactSystem } from './description.ts'

/** A target that desktop apps and their sidecars are built for. */
export interface Target {
  triple: string
  os: ArtifactSystem
  /** In Node's words. */
  archs: readonly string[]
  /** Null where the triple names none that a header shows. */
  libc: ArtifactLibc | null
}

/** What a header tells of its target. */
export interface TargetFacts {
  os: ArtifactSystem | null
  archs: readonly string[]
  libc?: ArtifactLibc | null
  endianness?: 'little' | 'big'
  /** Whether 32-bit ARM code passes floats in registers; the triple's `hf`. */
  hardFloat?: boolean
}

const ARCHS: Record<string, string> = {
  x86_64: 'x64',
  aarch64: 'arm64',
  i686: 'ia32',
  i586: 'ia32',
  armv7: 'arm',
  arm: 'arm',
  riscv64gc: 'riscv64',
  powerpc64le: 'ppc64',
  powerpc64: 'ppc64',
  s390x: 's390x',
  loongarch64: 'loong64',
}

const LINUX_64 = ['x86_64', 'aarch64', 'riscv64gc', 'powerpc64le', 'powerpc64', 's390x', 'loongarch64']

/** rustc's names. What comes first is what a header without further hints is taken for. */
const SYSTEMS: { name: string; os: ArtifactSystem; libc: ArtifactLibc | null; cpus: readonly string[] }[] = [
  { name: 'unknown-linux-gnu', os: 'linux', libc: 'gnu', cpus: [...LINUX_64, 'i686', 'i586'] },
  { name: 'unknown-linux-gnueabihf', os: 'linux', libc: 'gnu', cpus: ['armv7', 'arm'] },
  { name: 'unknown-linux-gnueabi', os: 'linux', libc: 'gnu', cpus: ['arm', 'armv7'] },
  { name: 'unknown-linux-musl', os: 'linux', libc: 'musl', cpus: [...LINUX_64, 'i686', 'i586'] },
  { name: 'unknown-linux-musleabihf', os: 'linux', libc: 'musl', cpus: ['armv7', 'arm'] },
  { name: 'unknown-linux-musleabi', os: 'linux', libc: 'musl', cpus: ['arm', 'armv7'] },
  { name: 'apple-darwin', os: 'macos', libc: null, cpus: ['aarch64', 'x86_64'] },
  // Nothing in a PE header tells msvc from gnu; msvc is what Tauri's Windows builds are.
  { name: 'pc-windows-msvc', os: 'windows', libc: null, cpus: ['x86_64', 'aarch64', 'i686'] },
  { name: 'pc-windows-gnu', os: 'windows', libc: null, cpus: ['x86_64', 'i686'] },
  { name: 'pc-windows-gnullvm', os: 'windows', libc: null, cpus: ['x86_64', 'aarch64', 'i686'] },
  { name: 'linux-android', os: 'android', libc: 'bionic', cpus: ['aarch64', 'x86_64', 'i686'] },
  { name: 'linux-androideabi', os: 'android', libc: 'bionic', cpus: ['armv7', 'arm'] },
  { name: 'unknown-freebsd', os: 'freebsd', libc: null, cpus: ['x86_64', 'aarch64', 'i686'] },
  { name: 'unknown-netbsd', os: 'netbsd', libc: null, cpus: ['x86_64', 'aarch64', 'i686'] },
  { name: 'unknown-openbsd', os: 'openbsd', libc: null, cpus: ['x86_64', 'aarch64', 'i686'] },
]

/** Tauri's own name for a Mach-O with both processors; rustc has no such target. */
const UNIVERSAL: Target = {
  triple: 'universal-apple-darwin',
  os: 'macos',
  archs: ['x64', 'arm64'],
  libc: null,
}

/** Every target triple that is recognised in a file name. */
export const TARGETS: readonly Target[] = [
  UNIVERSAL,
  ...SYSTEMS.flatMap(({ name, os, libc, cpus }) =>
    cpus.map(cpu => ({ triple: `${cpu}-${name}`, os, archs: [ARCHS[cpu] ?? cpu], libc })),
  ),
]

/** The known target at the end of `<name>-<triple>[.exe]`, or null. */
export function findTargetInName(fileName: string): Target | null {
  const stem = fileName.replace(/\.exe$/i, '')
  return TARGETS.find(({ triple }) => stem.endsWith(`-${triple}`)) ?? null
}

/** The triple that a header amounts to, or null when no known target fits. */
export function deriveTriple(facts: TargetFacts): string | null {
  if (facts.archs.length > 1) return facts.os === 'macos' ? UNIVERSAL.triple : null
  return TARGETS.find(target => fits(target, facts))?.triple ?? null
}

function fits(target: Target, facts: TargetFacts): boolean {
  if (target === UNIVERSAL || target.os !== facts.os || target.archs[0] !== facts.archs[0]) return false
  // A program without a libc runs beside either; -gnu is the name that apps on the common distributions look for.
  const libc = facts.libc === 'none' ? 'gnu' : (facts.libc ?? null)
  if (target.libc !== null && target.libc !== libc) return false
  if (facts.archs[0] === 'arm') return target.triple.endsWith('hf') === (facts.hardFloat ?? false)
  if (facts.archs[0] === 'ppc64')
    return target.triple.startsWith('powerpc64le') === (facts.endianness === 'little')
  return true
}
