import { endianness } from 'node:os'
import { PlainError } from '../text/plain-error.ts'

/** The machine does not map to a target triple that is known here. */
export class UnknownTripleError extends PlainError {
  override readonly name = 'UnknownTripleError'
  override readonly blame = 'machine'
  readonly platform: string
  readonly arch: string

  constructor(platform: string, arch: string) {
    super(`No target triple is known for ${platform} on ${arch}: name the binary yourself.`)
    this.platform = platform
    this.arch = arch
  }
}

const RUST_ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'x86_64',
  ia32: 'i686',
  arm64: 'aarch64',
  arm: 'armv7',
  loong64: 'loongarch64',
  ppc64: endianness() === 'LE' ? 'powerpc64le' : 'powerpc64',
  riscv64: 'riscv64gc',
  s390x: 's390x',
}

/**
 * This machine's target triple, in the words of `rustc -vV`, which is what Tauri expects at the end
 * of a sidecar's name.
 */
export function hostTriple(): string {
  const arch = RUST_ARCHITECTURES[process.arch]
  if (arch === undefined) throw new UnknownTripleError(process.platform, process.arch)

  switch (process.platform) {
    case 'linux':
      return `${arch}-unknown-linux-${linuxLibc()}${process.arch === 'arm' ? 'eabihf' : ''}`
    case 'darwin':
      return `${arch}-apple-darwin`
    case 'win32':
      return `${arch}-pc-windows-msvc`
    default:
      throw new UnknownTripleError(process.platform, process.arch)
  }
}

/** The name that Tauri looks for: `binaries/backend` becomes `binaries/backend-x86_64-unknown-linux-gnu`. */
export function withTriple(output: string, triple: string): string {
  return `${output}-${triple}${triple.includes('-windows-') ? '.exe' : ''}`
}

/** Node's own report names the glibc that it runs on; on musl there is none to name. */
function linuxLibc(): 'gnu' | 'musl' {
  // @types/node does not know excludeNetwork yet. Without it the report looks up the name of every
  // open connection's other end, and that can take seconds.
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork: boolean }
  const { excludeNetwork } = report
  report.excludeNetwork = true
  try {
    const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } }
    return header?.glibcVersionRuntime === undefined ? 'musl' : 'gnu'
  } finally {
    report.excludeNetwork = excludeNetwork
  }
}
