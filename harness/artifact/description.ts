/** What a file is, by its first bytes. */
export type ArtifactFormat = 'elf' | 'mach-o' | 'mach-o-universal' | 'pe' | 'script' | 'empty' | 'unknown'

/** The operating system that a program is made for. */
export type ArtifactSystem =
  | 'linux'
  | 'macos'
  | 'windows'
  | 'android'
  | 'ios'
  | 'freebsd'
  | 'netbsd'
  | 'openbsd'

/** The C library that an ELF program is made for. `none` is a program that brings no libc at all (static Go). */
export type ArtifactLibc = 'gnu' | 'musl' | 'bionic' | 'none'

/** What runs the file: the loader that an ELF names (PT_INTERP), or the program on a script's `#!` line. */
export interface ArtifactInterpreter {
  /** As the file has it: a stray carriage return is kept. */
  path: string
  /** The rest of a `#!` line, which the kernel passes as one argument. */
  argument: string | null
  /** Whether that file existed on the machine where the artifact was described. */
  exists: boolean
}

/** Something that keeps the file from being launched at all. */
export interface ArtifactDefect {
  kind:
    | 'empty'
    | 'text-without-shebang'
    | 'not-a-program'
    | 'truncated'
    | 'damaged-header'
    | 'unsigned'
    | 'shebang-crlf'
    | 'shebang-empty'
    | 'shebang-too-long'
    | 'interpreter-missing'
  /** One plain sentence, printable as it is. */
  sentence: string
}

/** What the content of a file says about it, whatever its name and mode are. */
export interface ArtifactContent {
  format: ArtifactFormat
  /** For what is no executable: what it looks like, in words ("an HTML page: <!doctype html>…"). */
  resembles: string | null
  os: ArtifactSystem | null
  /** In Node's words (x64, arm64, ia32, …); several for a universal Mach-O, none for an unknown processor. */
  archs: string[]
  /** The header's own word, such as `e_machine 183 (AArch64)`. */
  machine: string | null
  bits: 32 | 64 | null
  endianness: 'little' | 'big' | null
  libc: ArtifactLibc | null
  /** Null for a static ELF, and for Mach-O and PE, whose loaders are part of the system. */
  interpreter: ArtifactInterpreter | null
  /** The target triple that the header amounts to; null for a script and for what has none. */
  triple: string | null
  defects: ArtifactDefect[]
}

/** A binary, described without running it. Plain data: it is saved in recordings and judged elsewhere. */
export interface ArtifactDescription extends ArtifactContent {
  /** Absolute, as it was given: symbolic links are not resolved. */
  path: string
  /** Base name. */
  name: string
  /** Size in bytes. */
  bytes: number
  /** Permission bits (0o755). */
  mode: number
  regularFile: boolean
  /** In hexadecimal digits. */
  sha256: string
  /** The known target triple at the end of the name (`<name>-<triple>[.exe]`). */
  nameTriple: string | null
}

/** The content of a file that says nothing of a machine: where every reader starts. */
export const NO_CONTENT: ArtifactContent = {
  format: 'unknown',
  resembles: null,
  os: null,
  archs: [],
  machine: null,
  bits: null,
  endianness: null,
  libc: null,
  interpreter: null,
  triple: null,
  defects: [],
}
