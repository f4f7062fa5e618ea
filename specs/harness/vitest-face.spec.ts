import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faults } from '../../fixtures/faulty/catalogue.ts'
import { makeFaulty } from '../../fixtures/faulty/make.ts'

/* describeContract as its users meet it: `vitest run` in a process of its own, on a binary that is not ours. */

const ROOT = join(import.meta.dirname, '../..')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'face-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function makeNamed(name: string): Promise<string> {
  const fault = faults.find(candidate => candidate.name === name)
  if (fault === undefined) throw new Error(`there is no fault ${name}`)
  return makeFaulty(fault, directory)
}

async function runVitest(
  binary: string,
  ...args: string[]
): Promise<{ code: number | undefined; output: string }> {
  const { exitCode, all } = await execa(process.execPath, [VITEST, 'run', 'specs/contract', ...args], {
    cwd: ROOT,
    env: { SIDECAR_BINARY: binary, NO_COLOR: '1' },
    all: true,
    reject: false,
  })
  return { code: exitCode, output: all }
}

describe.concurrent('describeContract with SIDECAR_BINARY', () => {
  test('is green on a sound binary, a test per clause', async ({ expect }) => {
    const { code, output } = await runVitest(await makeFaulty('none', directory))

    expect(output).toMatch(/Tests {2}25 passed \(25\)/)
    expect(code).toBe(0)
  })

  test('is red on a faulty one, and the failure says what was expected, seen, and when', async ({
    expect,
  }) => {
    const { code, output } = await runVitest(await makeNamed('sigint-exits-1'))

    expect(output).toMatch(
      /stop\/sigint \(must\): .*\n +expected {2}after SIGINT .*\n +seen {6}it exited with code 1.*\n +when {6}/,
    )
    expect(output).toMatch(/Tests {2}1 failed \| 24 passed/)
    expect(code).toBe(1)
  })

  test('passes a should that failed, with an annotation', async ({ expect }) => {
    const { code, output } = await runVitest(await makeNamed('says-nothing'), '-t', 'logs/')

    expect(output).toMatch(/Tests {2}3 passed \| 22 skipped/)
    expect(code).toBe(0)
  })

  test('is red when what was selected is blocked by a clause that was not', async ({ expect }) => {
    const { code, output } = await runVitest('/bin/ls', '-t', 'stop/')

    expect(output).toMatch(/start\/within-budget \(must\): /)
    expect(output).not.toMatch(/passed/)
    expect(code).toBe(1)
  })
})

test('a file that is not there is an error, and no test passes', async () => {
  const { code, output } = await runVitest(join(directory, 'nothing-here'))

  expect(output).toMatch(/nothing-here does not exist/)
  expect(code).toBe(1)
})
