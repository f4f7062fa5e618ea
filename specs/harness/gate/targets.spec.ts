import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { describeArtifact } from '../../../harness/artifact/describe.ts'
import { artifactClauses } from '../../../harness/clauses/artifact.ts'
import type { Finding } from '../../../harness/clauses/clause.ts'
import { judge } from '../../../harness/clauses/judge.ts'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { describeTargets } from '../../../harness/gate/describe-targets.ts'
import { BASELINE } from '../../../harness/recording/recording.ts'
import { makeDirectory } from '../artifact/files.ts'
import { CPU_ARM64, CPU_X64, makeElf, makeMachO, makePe, makeUniversal } from '../artifact/headers.ts'
import { makePacked } from '../artifact/packed.ts'
import { test } from '../cli/command.ts'

/* The files of all targets that an app is shipped for, judged on a machine that can launch one of them. */

const LINUX = 'x86_64-unknown-linux-gnu'
const ARM_LINUX = 'aarch64-unknown-linux-gnu'
const INTEL = 'x86_64-apple-darwin'
const SILICON = 'aarch64-apple-darwin'
const UNIVERSAL = 'universal-apple-darwin'
const WINDOWS = 'x86_64-pc-windows-msvc'

const elf = makeElf()
const intel = makeMachO(CPU_X64)
const silicon = makeMachO(CPU_ARM64)
const universal = makeUniversal([
  { cpu: CPU_X64, program: intel },
  { cpu: CPU_ARM64, program: silicon },
])
const SOUND: Record<string, Buffer> = {
  [`api-${LINUX}`]: elf,
  [`api-${ARM_LINUX}`]: makeElf({ machine: 183 }),
  [`api-${INTEL}`]: intel,
  [`api-${SILICON}`]: silicon,
  [`api-${UNIVERSAL}`]: universal,
  [`api-${WINDOWS}.exe`]: makePe(),
}

type Files = Readonly<Record<string, Buffer | { bytes: Buffer; mode: number } | null>>

/** What is found of a project with these files beside, or instead of, the sound ones; null takes one away. */
async function findings(
  files: Files,
  input: ContractInput = { targets: [LINUX, ARM_LINUX, UNIVERSAL, WINDOWS] },
): Promise<(id: ClauseId) => Finding | undefined> {
  const directory = await makeDirectory()
  for (const [name, given] of Object.entries({ ...SOUND, ...files })) {
    if (given === null) continue
    const { bytes, mode } = 'mode' in given ? given : { bytes: given, mode: 0o755 }
    await writeFile(join(directory, name), bytes)
    await chmod(join(directory, name), mode)
  }
  const written: ContractInput = { app: 'tauri', binary: 'api', ...input }
  const { contract } = resolveContract(written, { file: null, directory })
  const artifact = await describeArtifact(join(directory, `api-${LINUX}`))
  const judgements = judge(
    {
      ...{ artifact, contract, lives: [], targets: await describeTargets(contract) },
      host: { kind: 'linux', os: 'linux', arch: 'x64', node: 'v24.0.0', cpus: 2 },
      plan: { clauses: artifactClauses.map(({ id }) => id), scenarios: [], conditions: BASELINE },
    },
    artifactClauses,
  )
  return id => judgements.find(each => each.id === id)?.finding
}

describe('the targets of a contract', () => {
  test('are all there, and each is what its name says', async () => {
    const of = await findings({})
    expect(of('artifact/triple-name')).toEqual({
      outcome: 'pass',
      observed: `api-${LINUX}; and so for ${[LINUX, ARM_LINUX, UNIVERSAL, WINDOWS, SILICON, INTEL].join(', ')}`,
    })
    for (const id of ['artifact/executable', 'artifact/native-format', 'artifact/payload'] as const) {
      expect(of(id), id).toMatchObject({
        outcome: 'pass',
        observed: expect.stringContaining(`and so for ${ARM_LINUX}`),
      })
    }
  })

  test('that are missing are named as they have to be, with what is nearest', async () => {
    const of = await findings({
      [`api-${WINDOWS}.exe`]: null,
      [`api-${WINDOWS}`]: makePe(),
      [`api-${ARM_LINUX}`]: null,
      'api-linux-arm64': makeElf({ machine: 183 }),
    })
    expect(of('artifact/triple-name')).toMatchObject({
      outcome: 'fail',
      expected: expect.stringMatching(/^a file for each of 6 targets, api-x86_64-unknown-linux-gnu, /),
      observed: `There is no api-${ARM_LINUX}; the nearest is api-linux-arm64. There is no api-${WINDOWS}.exe; the nearest is api-${WINDOWS}.`,
    })
  })

  test('for Windows have a word for a dot in their name', async () => {
    const of = await findings(
      { [`api.v1-${LINUX}`]: elf, [`api.v1-${WINDOWS}.exe`]: makePe() },
      { binary: 'api.v1', targets: [LINUX, WINDOWS] },
    )
    expect(of('artifact/triple-name')).toMatchObject({
      outcome: 'pass',
      observed: expect.stringMatching(
        /; the shell plugin of Tauri cut such names off .* did not find api\.v1; and so for/,
      ),
    })
  })

  test('for a universal app are those of both processors, too, as Tauri compiles it for each', async () => {
    const of = await findings({ [`api-${INTEL}`]: null }, { targets: [UNIVERSAL] })
    expect(of('artifact/triple-name')).toMatchObject({
      outcome: 'fail',
      expected: expect.stringContaining('of a universal app all three'),
      observed: expect.stringMatching(/^There is no api-x86_64-apple-darwin/),
    })
  })

  test("that are another target's file are told whose", async () => {
    const of = await findings({ [`api-${SILICON}`]: intel })
    expect(of('artifact/native-format')).toMatchObject({
      outcome: 'fail',
      expected: 'a program for macos on arm64',
      observed: `api-${SILICON}: Its name says ${SILICON}, but its header says ${INTEL}. It is the same file as api-${INTEL}.`,
    })
  })

  test.each([
    [
      'a universal one has one processor alone',
      `api-${UNIVERSAL}`,
      silicon,
      'but its header says aarch64-apple-darwin',
    ],
    [
      'one for Apple Silicon has no signature',
      `api-${SILICON}`,
      makeMachO(CPU_ARM64, { signed: false }),
      'carries no code signature',
    ],
    [
      'one is a saved page',
      `api-${WINDOWS}.exe`,
      Buffer.from('<!doctype html><title>Not found</title>'),
      'It is no program but an HTML page',
    ],
    ['one is empty', `api-${ARM_LINUX}`, Buffer.alloc(0), 'It is empty'],
  ])('are refused where %s', async (_, name, bytes, said) => {
    const of = await findings({ [name]: bytes })
    expect(of('artifact/native-format')).toMatchObject({
      outcome: 'fail',
      observed: expect.stringMatching(new RegExp(`^${name}: .*${said}`)),
    })
  })

  test('both processors of a universal one will do for each of them', async () => {
    const of = await findings({ [`api-${INTEL}`]: universal, [`api-${SILICON}`]: universal })
    expect(of('artifact/native-format')).toMatchObject({ outcome: 'pass' })
  })

  test('have to be executable, but for those of Windows', async () => {
    const of = await findings({
      [`api-${SILICON}`]: { bytes: silicon, mode: 0o644 },
      [`api-${WINDOWS}.exe`]: { bytes: makePe(), mode: 0o644 },
    })
    expect(of('artifact/executable')).toMatchObject({
      outcome: 'fail',
      observed: `api-${SILICON}: mode 0644: nobody may execute it`,
    })
  })

  test('have to carry their application, and to stay below size and floors', async () => {
    const bare = makePacked({ offers: 'BUN_1.2', sections: [{ name: '.data', content: Buffer.alloc(16) }] })
    bare.writeUInt16LE(183, 18)
    const newer = makeMachO(CPU_ARM64, { least: [13, 5] })
    const of = await findings(
      {
        [`api-${ARM_LINUX}`]: bare,
        [`api-${SILICON}`]: newer,
        [`api-${INTEL}`]: Buffer.concat([intel, Buffer.alloc(9000)]),
      },
      { targets: [ARM_LINUX, SILICON, INTEL], macosFloor: '11.0', budgets: { sizeBytes: 9000 } },
    )
    expect(of('artifact/payload')).toMatchObject({
      outcome: 'fail',
      observed: `api-${ARM_LINUX}: It is an unmodified Bun executable, with no application inside.`,
    })
    expect(of('artifact/libraries-resolve')).toMatchObject({
      outcome: 'fail',
      observed: expect.stringMatching(new RegExp(`^api-${SILICON}: .*13\\.5`)),
    })
    expect(of('artifact/size')).toMatchObject({ outcome: 'fail', observed: expect.stringContaining(INTEL) })
  })

  test.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'fail the gate, and stand in the recording',
    async ({ place }) => {
      await place.write(
        'sidecar.config.json',
        JSON.stringify({ app: 'tauri', binary: 'api', targets: [LINUX, SILICON] }),
      )
      await place.write(`api-${LINUX}`, elf, 0o755)
      await place.write(`api-${INTEL}`, intel, 0o755)
      const { code, stdout } = await place.run(
        'check',
        '--only',
        'artifact/triple-name',
        '--artifacts',
        'kept',
      )
      expect(code).toBe(1)
      const said = `There is no api-${SILICON}; the nearest is api-${INTEL}.`
      expect(stdout).toContain(said)
      const again = await place.run('replay', 'kept')
      expect(again.code).toBe(1)
      expect(again.stdout).toContain(said)
    },
  )
})
