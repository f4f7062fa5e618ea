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

/** A library that has to be there before the first instruction of the program. */
export interface NeededLibrary {
  name: string
  /** The library that needs it; null for the program itself. */
  by: string | null
  /** Where the loader of the machine on which it was described finds it; null when nowhere, or when nobody looked. */
  path: string | null
}

/** The versions of symbols that a file asks of one library. */
export interface LibraryVersions {
  /** The library that asks; null for the program itself. */
  by: string | null
  library: string
  names: string[]
  /** Those of them that the library which was found does not offer. */
  lacking: string[]
}

/** What a program needs beside itself. */
export interface ArtifactLibraries {
  /** In the loader's order, those that libraries need after those that the program needs. */
  needed: NeededLibrary[]
  /** Of the program and of the libraries that come with it; of the system's own only what is not met. */
  versions: LibraryVersions[]
  /** The newest version that the glibc of that machine offers: `GLIBC_2.36`. Null for another libc. */
  newestGlibc: string | null
  /** Whether they were looked for, by the rules of a loader that is known. */
  searched: boolean
}

/** The runtime that a packer starts from, and what came of it. */
export interface ArtifactPayload {
  runtime: 'node' | 'bun' | 'deno' | 'pyinstaller'
  /** The runtime's, where the file tells it: `24.21.0`. */
  version: string | null
  /**
   * `carried`: it holds an application, and starts it. `bare`: it holds none. `unlinked`: it holds one that it does not
   * know of, and starts as the bare runtime. `lost`: it is told to start one that it does not hold.
   */
  state: 'carried' | 'bare' | 'unlinked' | 'lost'
  /** Of the application, as it is packed; null where it cannot be told. */
  bytes: number | null
}

/** The language that a program was compiled from, where its compiler left its mark. */
export interface ArtifactLanguage {
  name: 'go' | 'rust'
  /** The compiler's: `1.22.1`; null where the file does not tell it. */
  version: string | null
}

/** Whether the contents are those that were signed. Only where it was asked for: it reads the whole file. */
export interface SignedPages {
  checked: number
  /** Pages whose content is another than the one that was signed: macOS kills the program when it comes to one. */
  wrong: number
}

/** How a program for macOS or Windows is signed, as far as its own bytes tell: nobody is asked whether to trust it. */
export interface ArtifactSignature {
  /**
   * `certificate` is one of another kind than Developer ID, such as for development or Apple's own. `authenticode`
   * is what Windows programs have. `damaged`: there is something, and it cannot be read.
   */
  kind: 'none' | 'ad-hoc' | 'developer-id' | 'certificate' | 'authenticode' | 'damaged'
  /** The certificate's name, such as `Developer ID Application: Somebody (TEAM123456)`. */
  authority: string | null
  /** Whether macOS is to hold it to the hardened runtime, which notarization asks for; null where there is no such thing. */
  hardenedRuntime: boolean | null
  /** Keys of what it may do nevertheless (`com.apple.security.cs.allow-jit`), without those that are false. */
  entitlements: string[]
  pages: SignedPages | null
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
    | 'broken-signature'
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
  /** Null for a script, for what is no sound program, and where its format does not tell them cheaply. */
  libraries: ArtifactLibraries | null
  /** Null for what is no packer's work, as far as the file tells. */
  payload: ArtifactPayload | null
  /** Null for a packer's runtime, and where no mark is found. */
  language: ArtifactLanguage | null
  /** Whether it brings all that it needs, or is linked with libraries when it starts; null for what is no ELF or Mach-O. */
  linkage: 'static' | 'dynamic' | null
  /** Whether its table of symbols is gone, which debuggers and profilers look in; null for what has no such table. */
  stripped: boolean | null
  /** What made it smaller, and unpacks it in memory when it starts. */
  compressor: 'upx' | null
  /** The oldest macOS that it says it runs on, such as `11.0`. */
  leastMacos: string | null
  /** Whether Windows gives it a console window; null for other systems, and for one that is neither. */
  subsystem: 'console' | 'gui' | null
  /** Null for an ELF program and a script, which have none. */
  signature: ArtifactSignature | null
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
  libraries: null,
  payload: null,
  language: null,
  linkage: null,
  stripped: null,
  compressor: null,
  leastMacos: null,
  subsystem: null,
  signature: null,
  triple: null,
  defects: [],
}
