import assert from 'node:assert/strict'
import { findLoader, linkedProgram } from '../../../fixtures/faulty/linked-program.ts'
import { elfProgram, peProgram } from '../../../fixtures/faulty/programs.ts'
import { findMissingApplication } from '../../../harness/artifact/application.ts'
import { compareWithName, describeArtifact, judgeLaunchable } from '../../../harness/artifact/describe.ts'
import { findAboveFloor } from '../../../harness/artifact/libc-floor.ts'
import { findNameProblem } from '../../../harness/artifact/naming.ts'
import { findRefusal } from '../../../harness/artifact/refusal.ts'
import { CPU_ARM64, CPU_X64, makeElf, makeMachO, makePe, makeUniversal } from './headers.ts'
import { makePacked } from './packed.ts'

/** A name that says for which machine its file is: whatever that holds may disagree. */
export const NAME = 'backend-x86_64-unknown-linux-gnu'
/** A description takes some milliseconds, the slowest of these 0.3 s; a walk without bounds takes minutes. */
const SLOW_MS = 3000
/** A page, a search's buffer and a hash's are all that is read into. */
const MOST_BYTES = 32 * 1024 * 1024

/** A small file of every kind that is read, to be damaged. */
export const SAMPLES: Readonly<Record<string, Buffer>> = {
  'a bare ELF': elfProgram('x64'),
  'an ELF with notes': makeElf({
    notes: [{ owner: 'Go', type: 4, descriptionBytes: 20 }],
    loader: '/lib/ld.so',
  }),
  'an ELF of 32 bits': makeElf({ bits: 32, machine: 3 }),
  'a linked ELF': linkedProgram({
    processor: 'x64',
    loader: findLoader('x64'),
    needed: ['libc.so.6', 'libm.so.6'],
    version: 'GLIBC_2.17',
    runpath: '$ORIGIN/lib:/lib',
  }),
  'a packed ELF': makePacked({
    notes: [{ owner: 'NODE_SEA_BLOB', contents: Buffer.from('application') }],
    offers: 'BUN_1.2',
    sections: [
      { name: '.rodata', content: Buffer.from('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1') },
      { name: '.bun', content: Buffer.from('x\n---- Bun! ----\n') },
    ],
  }),
  'a Mach-O': makeMachO(CPU_ARM64, { imports: ['/usr/lib/libSystem.B.dylib'] }),
  'a universal Mach-O': makeUniversal([
    { cpu: CPU_X64, program: makeMachO(CPU_X64) },
    { cpu: CPU_ARM64, program: makeMachO(CPU_ARM64) },
  ]),
  'a wide universal Mach-O': makeUniversal([{ cpu: CPU_X64, program: makeMachO(CPU_X64) }], true),
  'a signed Mach-O': makeMachO(CPU_ARM64, {
    signed: { hardened: true, entitlements: ['com.apple.security.cs.allow-jit'] },
    sections: [{ segment: '__TEXT', name: '__cstring', content: Buffer.from('_MEIPASS2') }],
    offers: '_ZN4node5StartEiPPc',
    least: [13, 5],
  }),
  'a PE': makePe(),
  'a full PE': makePe({
    imports: ['KERNEL32.dll', 'VCRUNTIME140.dll'],
    resource: { name: 'NODE_SEA_BLOB', content: Buffer.from('application') },
    ownName: 'node.exe',
    offers: '?Start@node@@YAHHQEAPEAD@Z',
    constants: Buffer.from('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1'),
    appended: Buffer.from('appended'),
    certificate: Buffer.alloc(24),
  }),
  'another PE': peProgram(),
  'a script': Buffer.from('#!/usr/bin/env node\r\nconsole.log(1)\n'),
  text: Buffer.from('{"a": 1}'),
}

/** What holds of every file whatsoever. `input` names it where that does not hold. */
export async function expectDescription(
  path: string,
  input: string,
  options: Parameters<typeof describeArtifact>[1] = {},
): Promise<void> {
  const before = process.memoryUsage().arrayBuffers
  // Of its own: on a machine that is busy others take most of the time that passes.
  const cpu = process.cpuUsage()
  const artifact = await describeArtifact(path, { verify: true, ...options }).catch((error: unknown) => {
    throw new Error(`not described: ${input}`, { cause: error })
  })
  const { user, system } = process.cpuUsage(cpu)
  assert.ok((user + system) / 1000 < SLOW_MS, `it took too long: ${input}`)
  assert.ok(process.memoryUsage().arrayBuffers - before < MOST_BYTES, `it took too much memory: ${input}`)
  assert.deepEqual(JSON.parse(JSON.stringify(artifact)), artifact, input)
  const host = { os: 'linux', arch: 'x64' }
  const sentences = [
    ...artifact.defects.map(({ sentence }) => sentence),
    judgeLaunchable(artifact, host).sentence,
    compareWithName(artifact) ?? '',
    findRefusal(artifact, host) ?? '',
    findAboveFloor(artifact, 'glibc 2.1') ?? '',
    findMissingApplication(artifact, { args: [], files: [] }) ?? '',
    findNameProblem(artifact)?.observed ?? '',
  ]
  for (const sentence of sentences) {
    assert.doesNotMatch(sentence, /[\p{Cc}\p{Cf}\p{Cs}]/u, input)
    assert.ok(sentence.length < 500, `${sentence}: ${input}`)
  }
  if (artifact.format === 'unknown' || artifact.format === 'empty')
    assert.equal(artifact.defects.length, 1, input)
}
