import { expect, test } from 'vitest'
import {
  type ArtifactDescription,
  compareWithName,
  describeArtifact,
  judgeLaunchable,
} from '../../../harness/artifact/describe.ts'
import { writeArtifact } from './files.ts'
import { CPU_ARM64, CPU_X64, makeElf, makeMachO, makePe, makeUniversal } from './headers.ts'

const MUSL_LOADER = '/lib/ld-musl-x86_64.so.1'
const UNSIGNED_UNIVERSAL = makeUniversal([
  { cpu: CPU_X64, program: makeMachO(CPU_X64) },
  { cpu: CPU_ARM64, program: makeMachO(CPU_ARM64, { signed: false }) },
])

async function describeBytes(content: Buffer | string, name?: string): Promise<ArtifactDescription> {
  return describeArtifact(await writeArtifact(content, name))
}

test.each([
  { what: 'x64 ELF', content: makeElf(), host: 'linux x64', launchable: true },
  { what: 'x64 ELF', content: makeElf(), host: 'linux arm64', launchable: false },
  { what: 'x64 ELF', content: makeElf(), host: 'macos x64', launchable: false },
  { what: 'unknown ELF', content: makeElf({ machine: 9999 }), host: 'linux x64', launchable: false },
  {
    what: 'static ia32 ELF',
    content: makeElf({ bits: 32, machine: 3 }),
    host: 'linux x64',
    launchable: true,
  },
  {
    what: 'ia32 ELF without its loader',
    content: makeElf({ bits: 32, machine: 3, loader: '/lib/none.so' }),
    host: 'linux x64',
    launchable: false,
  },
  {
    what: 'ia32 ELF with its loader',
    content: makeElf({ bits: 32, machine: 3, loader: process.execPath }),
    host: 'linux x64',
    launchable: true,
  },
  {
    what: 'static ia32 ELF',
    content: makeElf({ bits: 32, machine: 3 }),
    host: 'linux arm64',
    launchable: false,
  },
  {
    what: 'x64 Mach-O',
    content: makeMachO(CPU_X64),
    host: 'macos arm64',
    launchable: true,
    because: 'Rosetta',
  },
  {
    what: 'arm64 Mach-O',
    content: makeMachO(CPU_ARM64),
    host: 'macos x64',
    launchable: false,
    because: 'bad CPU type',
  },
  {
    what: 'unsigned arm64 Mach-O',
    content: makeMachO(CPU_ARM64, { signed: false }),
    host: 'macos arm64',
    launchable: false,
    because: 'codesign',
  },
  {
    what: 'unsigned arm64 Mach-O',
    content: makeMachO(CPU_ARM64, { signed: false }),
    host: 'linux x64',
    launchable: false,
    because: 'for macOS',
  },
  { what: 'half unsigned universal', content: UNSIGNED_UNIVERSAL, host: 'macos arm64', launchable: false },
  { what: 'half unsigned universal', content: UNSIGNED_UNIVERSAL, host: 'macos x64', launchable: true },
  { what: 'x64 PE', content: makePe(), host: 'windows x64', launchable: true },
  { what: 'x64 PE', content: makePe(), host: 'windows arm64', launchable: true, because: 'Windows 11' },
  { what: 'arm64 PE', content: makePe({ machine: 0xaa64 }), host: 'windows x64', launchable: false },
  { what: 'ia32 PE', content: makePe({ machine: 0x14c }), host: 'windows x64', launchable: true },
  { what: 'x64 PE', content: makePe(), host: 'linux x64', launchable: false, because: 'for Windows' },
])('judges $what on $host: $launchable', async ({ content, host, launchable, because = '' }) => {
  const [os = '', arch = ''] = host.split(' ')
  const verdict = judgeLaunchable(await describeBytes(content), { os, arch })
  expect(verdict).toEqual({ launchable, sentence: expect.stringContaining(because) })
})

test('foretells the crash of a program for another system that Linux does start', async () => {
  const elf = makeElf()
  elf[7] = 9 // FreeBSD
  const artifact = await describeBytes(elf)
  expect(artifact.triple).toBe('x86_64-unknown-freebsd')
  expect(judgeLaunchable(artifact, { os: 'linux', arch: 'x64' }).sentence).toMatch(/for FreeBSD.*crash/)
})

test.each([
  { name: 'backend', content: makeElf() },
  { name: 'backend-x86_64-unknown-linux-gnu', content: makeElf() }, // static: runs beside either libc
  { name: 'backend-x86_64-unknown-linux-musl', content: makeElf({ loader: MUSL_LOADER }) },
  { name: 'backend-aarch64-apple-darwin', content: UNSIGNED_UNIVERSAL },
  { name: 'backend-x86_64-pc-windows-gnu.exe', content: makePe() },
  { name: 'backend-aarch64-apple-darwin', content: '#!/bin/sh\n' },
  { name: 'backend-x86_64-apple-darwin', content: 'no program' },
])('finds that the name $name agrees', async ({ name, content }) => {
  expect(compareWithName(await describeBytes(content, name))).toBeNull()
})

test.each([
  {
    name: 'backend-aarch64-unknown-linux-gnu',
    content: makeElf(),
    header: 'its header says x86_64-unknown-linux-musl',
  },
  {
    name: 'backend-x86_64-apple-darwin',
    content: makeElf(),
    header: 'its header says x86_64-unknown-linux-musl',
  },
  {
    name: 'backend-x86_64-unknown-linux-gnu',
    content: makeElf({ loader: MUSL_LOADER }),
    header: 'its header says x86_64-unknown-linux-musl',
  },
  {
    name: 'backend-universal-apple-darwin',
    content: makeMachO(CPU_ARM64),
    header: 'its header says aarch64-apple-darwin',
  },
  {
    name: 'backend-x86_64-unknown-linux-gnu',
    content: makeElf({ machine: 9999 }),
    header: 'Linux, an unknown processor (e_machine 9999)',
  },
  { name: 'backend-x86_64-pc-windows-msvc.exe', content: '#!/bin/sh\n', header: 'it is a script' },
])('finds that the name $name disagrees: $header', async ({ name, content, header }) => {
  const sentence = compareWithName(await describeBytes(content, name))
  expect(sentence).toContain(header)
})
