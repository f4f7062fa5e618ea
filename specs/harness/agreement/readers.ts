import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { isNewer } from '../../../harness/artifact/glibc-version.ts'
import { type Facts, listOf } from './facts.ts'

/** Another program that reads executables, and what it says of one; null of a file that it does not read. */
export interface Reader {
  readonly name: string
  read(path: string): Promise<Facts | null>
}

const run = promisify(execFile)
/** The list of a large program's symbol versions. */
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024

/** Those that this machine has. */
export function readersHere(): readonly Reader[] {
  return [readelf, file, objdump].filter(({ name }) => spawnSync(name, ['--version']).status === 0)
}

async function say(program: string, ...args: readonly string[]): Promise<string | null> {
  try {
    const env = { ...process.env, LC_ALL: 'C' }
    return (await run(program, args, { maxBuffer: MOST_OUTPUT_BYTES, env })).stdout
  } catch {
    return null // It does not know the format, and says so by its exit code.
  }
}

const ELF_MACHINES: Readonly<Record<string, string>> = {
  'Advanced Micro Devices X86-64': 'x64',
  AArch64: 'arm64',
  'Intel 80386': 'ia32',
  ARM: 'arm',
  'RISC-V': 'riscv64',
}

/** Of binutils. */
const readelf: Reader = {
  name: 'readelf',
  async read(path) {
    const said = await say('readelf', '-hldSVW', path)
    // Of an archive it tells of each file in it.
    if (said === null || !said.startsWith('ELF Header:')) return null
    const field = (name: string): string => new RegExp(`^ +${name}: +(.*?) *$`, 'm').exec(said)?.[1] ?? ''
    const interpreter = /Requesting program interpreter: (.*?)\]/.exec(said)?.[1]
    const needed = [...said.matchAll(/\(NEEDED\) +Shared library: \[(.*?)\]/g)].map(([, name = '']) => name)
    const archs = ELF_MACHINES[field('Machine')]
    return {
      format: 'elf',
      bits: field('Class') === 'ELF64' ? '64' : '32',
      endianness: field('Data').includes('little') ? 'little' : 'big',
      linkage: interpreter === undefined && needed.length === 0 ? 'static' : 'dynamic',
      needed: listOf(needed),
      leastGlibc: newestGlibc(said),
      stripped: String(!/ SYMTAB +[0-9a-f]/.test(said)),
      ...(archs === undefined ? {} : { archs }),
      ...(interpreter === undefined ? {} : { interpreter }),
    }
  },
}

function newestGlibc(said: string): string {
  const [, needs = ''] = said.split('Version needs section')
  const asked = [...needs.matchAll(/Name: GLIBC_(\d+(?:\.\d+)+) +Flags: (\S+)/g)]
  return asked
    .filter(([, , flags]) => flags !== 'WEAK')
    .map(([, version = '0']) => version)
    .reduce((newest, version) => (newest === 'none' || isNewer(version, newest) ? version : newest), 'none')
}

/** The words of file(1), in the order in which they are looked for: `x86-64` is also in the name of a loader. */
const FILE_ARCHS: readonly (readonly [RegExp, string])[] = [
  [/(executable|object),? (ARM )?aarch64|arm64|Aarch64/i, 'arm64'],
  [/x86-64|x86_64/, 'x64'],
  [/Intel 80386|i386/, 'ia32'],
]

/** file(1), which tells by its database of marks. */
const file: Reader = {
  name: 'file',
  async read(path) {
    const said = await say('file', '-bL', path)
    // The language of a text it guesses by the words in it, whatever its first line says.
    if (said === null || / source\b.* text\b/.test(said)) return null
    const format = formatOf(said.replace(/^(setuid|setgid|sticky|,| )+/, ''))
    if (format === 'script' || format === 'unknown') return { format }
    const archs =
      format === 'mach-o-universal' ? undefined : FILE_ARCHS.find(([word]) => word.test(said))?.[1]
    const linkage = /static(ally|-pie) linked/.test(said)
      ? 'static'
      : /dynamically linked/.test(said)
        ? 'dynamic'
        : undefined
    const isStripped = /, not stripped/.test(said) ? 'false' : /, stripped/.test(said) ? 'true' : undefined
    const subsystem = /\((console|GUI)\)/.exec(said)?.[1]?.toLowerCase()
    return {
      format,
      ...(archs === undefined ? {} : { archs }),
      ...(linkage === undefined || format !== 'elf' ? {} : { linkage }),
      ...(isStripped === undefined || format !== 'elf' ? {} : { stripped: isStripped }),
      ...(subsystem === undefined ? {} : { subsystem }),
    }
  },
}

function formatOf(said: string): string {
  if (said.startsWith('ELF ')) return 'elf'
  if (said.startsWith('Mach-O universal')) return 'mach-o-universal'
  if (said.startsWith('Mach-O ')) return 'mach-o'
  if (/^PE32\+? /.test(said)) return 'pe'
  return /\bscript\b/.test(said) ? 'script' : 'unknown'
}

/** LLVM's, for Mach-O and PE. */
const objdump: Reader = {
  name: 'llvm-objdump',
  async read(path) {
    const said = await say('llvm-objdump', '--private-headers', path)
    if (said === null) return null
    const [, format = ''] = /file format (.+)/.exec(said) ?? []
    if (format.startsWith('mach-o')) return readMachO(format, said)
    return format.startsWith('coff') ? readPe(format, said) : null
  },
}

function readMachO(format: string, said: string): Facts {
  const needed = [...said.matchAll(/cmd LC_(?:LOAD|REEXPORT)_DYLIB\n[\s\S]*?name (.*?) \(offset/g)]
  const least =
    /cmd LC_BUILD_VERSION[\s\S]*?minos (\S+)/.exec(said) ??
    /cmd LC_VERSION_MIN_MACOSX[\s\S]*?version (\S+)/.exec(said)
  const [, locals] = /nlocalsym (\d+)/.exec(said) ?? []
  return {
    format: 'mach-o',
    archs: format.includes('arm64') ? 'arm64' : 'x64',
    bits: '64',
    endianness: 'little',
    linkage: said.includes('LC_LOAD_DYLINKER') ? 'dynamic' : 'static',
    needed: listOf(needed.map(([, name = '']) => name)),
    signed: String(said.includes('cmd LC_CODE_SIGNATURE')),
    ...(least?.[1] === undefined ? {} : { leastMacos: least[1] }),
    ...(locals === undefined ? {} : { stripped: String(locals === '0') }),
  }
}

const PE_SUBSYSTEMS: Readonly<Record<string, string>> = { '00000002': 'gui', '00000003': 'console' }

function readPe(format: string, said: string): Facts {
  const names = [...said.matchAll(/^ +DLL Name: (.*)$/gm)].map(([, name = '']) => name.trim())
  const subsystem = PE_SUBSYSTEMS[/^Subsystem\s+([0-9a-f]+)/m.exec(said)?.[1] ?? '']
  const archs = { 'coff-x86-64': 'x64', 'coff-arm64': 'arm64', 'coff-i386': 'ia32' }[format]
  return {
    format: 'pe',
    needed: listOf(names, true),
    ...(archs === undefined ? {} : { archs }),
    ...(subsystem === undefined ? {} : { subsystem }),
  }
}
