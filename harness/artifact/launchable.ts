import { printable } from '../text/printable.ts'
import type { ArtifactDefect, ArtifactDescription, ArtifactFormat } from './description.ts'
import { TARGETS } from './triple.ts'

/** The machine that is to run an artifact. */
export interface ArtifactHost {
  /** `linux`, `macos` or `windows`. */
  os: string
  /** In Node's words. */
  arch: string
  /** The target triple that was asked for, where it is another machine than this one. */
  target?: string
}

/** Whether a kernel runs a file, and why, in one plain sentence. */
export interface LaunchVerdict {
  launchable: boolean
  sentence: string
}

/** Processors that a system runs programs of beside its own; an ELF program then needs a loader of its own, too. */
const GUEST_MODES: { os: string; arch: string; guest: string; how: string }[] = [
  { os: 'macos', arch: 'arm64', guest: 'x64', how: 'through Rosetta, if installed' },
  { os: 'windows', arch: 'arm64', guest: 'x64', how: 'by emulation, from Windows 11 on' },
  { os: 'windows', arch: 'arm64', guest: 'ia32', how: 'by emulation' },
  { os: 'windows', arch: 'x64', guest: 'ia32', how: 'through WOW64' },
  { os: 'linux', arch: 'x64', guest: 'ia32', how: 'in 32-bit mode' },
  { os: 'linux', arch: 'arm64', guest: 'arm', how: 'in 32-bit mode' },
]

const SYSTEM_NAMES: Record<string, string> = {
  linux: 'Linux',
  macos: 'macOS',
  windows: 'Windows',
  android: 'Android',
  ios: 'iOS',
  freebsd: 'FreeBSD',
  netbsd: 'NetBSD',
  openbsd: 'OpenBSD',
}

/** What a file of a format is, as a noun with its article. */
export const FORMAT_NAMES: Readonly<Record<ArtifactFormat, string>> = {
  elf: 'an ELF program',
  'mach-o': 'a Mach-O program',
  'mach-o-universal': 'a universal Mach-O program',
  pe: 'a PE program',
  script: 'a script',
  empty: 'an empty file',
  unknown: 'no program',
}

/** The other name that people know a processor by. */
const ARCH_NAMES: Record<string, string> = { arm64: 'AArch64', x64: 'x86-64', ia32: '32-bit x86' }

/**
 * Judges whether the kernel of `host` would run the file, by its content alone: permissions, libraries and an ELF
 * program's loader are judged elsewhere. A verdict with a reason either way.
 */
export function judgeLaunchable(artifact: ArtifactDescription, host: ArtifactHost): LaunchVerdict {
  const defect = artifact.defects.find(found => concerns(found, host))
  if (defect !== undefined) return refuse(defect.sentence)
  if (artifact.format === 'script') return judgeScript(artifact, host)
  if (artifact.os !== host.os) {
    const isFor = `It is ${FORMAT_NAMES[artifact.format]} for ${nameSystem(artifact.os)}`
    return refuse(
      host.target === undefined
        ? `${isFor}, and this machine runs ${nameSystem(host.os)}: ${foretell(artifact, host)}.`
        : `${isFor}, and the target is ${host.target}.`,
    )
  }
  return host.target === undefined ? judgeArch(artifact, host) : judgeForTarget(artifact, host.target)
}

/** Says how the target triple in the file's name disagrees with its content; null when it does not, or when one of them is unknown. */
export function compareWithName(artifact: ArtifactDescription): string | null {
  return compareWithTriple(artifact, artifact.nameTriple, 'Its name says')
}

/** Where no machine is that could run it, the triple that was asked for decides. */
function judgeForTarget(artifact: ArtifactDescription, target: string): LaunchVerdict {
  const difference = compareWithTriple(artifact, target, 'The target is')
  if (difference !== null) return refuse(difference)
  return accept(`It is ${FORMAT_NAMES[artifact.format]} for ${nameArchs(artifact)}, as ${target} asks for.`)
}

function compareWithTriple(
  artifact: ArtifactDescription,
  asked: string | null,
  subject: string,
): string | null {
  const named = TARGETS.find(({ triple }) => triple === asked)
  if (named === undefined) return null
  const says = `${subject} ${named.triple}`
  if (artifact.format === 'script')
    return named.os === 'windows' ? `${says}, but it is a script, which Windows does not launch.` : null
  if (artifact.os === null) return null
  const agrees =
    named.os === artifact.os &&
    named.archs.every(arch => artifact.archs.includes(arch)) &&
    (artifact.interpreter === null ||
      named.libc === null ||
      artifact.libc === null ||
      named.libc === artifact.libc)
  if (agrees) return null
  const content = artifact.triple ?? `${nameSystem(artifact.os)}, ${nameArchs(artifact)}`
  return `${says}, but its header says ${content}.`
}

/** A universal program with an unsigned part for Apple Silicon still runs on an Intel Mac, which also takes what was changed. */
function concerns(defect: ArtifactDefect, host: ArtifactHost): boolean {
  const isOfSignature = defect.kind === 'unsigned' || defect.kind === 'broken-signature'
  return !isOfSignature || (host.os === 'macos' && host.arch === 'arm64')
}

function judgeScript(artifact: ArtifactDescription, host: ArtifactHost): LaunchVerdict {
  if (host.os === 'windows')
    return refuse('It is a script, and Windows has no #! lines: it launches programs only.')
  return accept(`It is a script that ${printable(artifact.interpreter?.path ?? 'its interpreter')} runs.`)
}

function judgeArch(artifact: ArtifactDescription, host: ArtifactHost): LaunchVerdict {
  const program = `It is ${FORMAT_NAMES[artifact.format]} for ${nameArchs(artifact)}`
  if (artifact.archs.includes(host.arch)) return accept(`${program}, and this machine is ${host.arch}.`)
  const mode = GUEST_MODES.find(
    ({ os, arch, guest }) => os === host.os && arch === host.arch && artifact.archs.includes(guest),
  )
  if (mode === undefined)
    return refuse(`${program}, and this machine is ${host.arch}: ${foretell(artifact, host)}.`)
  const loader = artifact.interpreter
  if (loader?.exists === false)
    return refuse(
      `${program}, and this machine is ${host.arch} without the loader that it names, ${printable(loader.path)}.`,
    )
  return accept(`${program}, which this machine (${host.arch}) runs ${mode.how}.`)
}

/** What people get to see who launch it nevertheless. */
function foretell(artifact: ArtifactDescription, host: ArtifactHost): string {
  if (host.os === 'windows') return 'Windows refuses it, which Node reports as "spawn UNKNOWN"'
  if (host.os === 'macos' && artifact.os === 'macos')
    return 'macOS refuses it with "bad CPU type in executable"'
  // Linux does not look at an ELF file's system: a FreeBSD program starts, misunderstands the first answer and crashes.
  if (host.os === 'linux' && artifact.format === 'elf' && artifact.archs.includes(host.arch))
    return 'the kernel may start it, only for it to crash at its first system call'
  return 'the kernel refuses it, and a launcher that falls back to /bin/sh would report a syntax error'
}

/** As people write it. */
export function nameSystem(os: string | null): string {
  return os === null ? 'an unknown system' : (SYSTEM_NAMES[os] ?? os)
}

/** With the other name that people know them by. */
export function nameArchs({ archs, machine }: Pick<ArtifactDescription, 'archs' | 'machine'>): string {
  if (archs.length === 0) return `an unknown processor (${machine})`
  return archs
    .map(arch => (ARCH_NAMES[arch] === undefined ? arch : `${arch} (${ARCH_NAMES[arch]})`))
    .join(' and ')
}

function accept(sentence: string): LaunchVerdict {
  return { launchable: true, sentence }
}

function refuse(sentence: string): LaunchVerdict {
  return { launchable: false, sentence }
}
