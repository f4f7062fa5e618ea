import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Fault, faults } from '../../fixtures/faulty/catalogue.ts'
import { makeFaulty } from '../../fixtures/faulty/make.ts'
import { CATALOGUE, CLAUSE_IDS } from '../../harness/contract/catalogue.ts'
import type { DescribeContractOptions } from '../../harness/vitest.ts'

/* describeContract as its users meet it: `vitest run` in a process of its own, on a binary that is not ours. */

const ROOT = join(import.meta.dirname, '../..')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'face-'))
})
afterAll(() => rm(directory, { recursive: true }))

/** In a directory of its own: these specs run side by side, and what is being launched cannot be written again. */
async function make(fault: Fault | 'none'): Promise<string> {
  return makeFaulty(fault, await mkdtemp(join(directory, 'binary-')))
}

async function makeNamed(name: string): Promise<string> {
  const fault = faults.find(candidate => candidate.name === name)
  if (fault === undefined) throw new Error(`there is no fault ${name}`)
  return make(fault)
}

/** What describeContract has a test for by default. */
const BY_DEFAULT = CLAUSE_IDS.filter(id => CATALOGUE[id].level !== 'may').length

interface Ran {
  readonly code: number | undefined
  readonly output: string
}

/** Runs a spec that holds a binary to the default contract. */
async function runVitest(binary: string, ...args: string[]): Promise<Ran> {
  return runWith(binary, {}, ...args)
}

/** Runs a spec that a user could write, with these options. */
async function runWith(binary: string, options: DescribeContractOptions, ...args: string[]): Promise<Ran> {
  const root = await mkdtemp(join(directory, 'user-'))
  const face = pathToFileURL(join(ROOT, 'harness/vitest.ts')).href
  const source = `import { describeContract } from '${face}'\ndescribeContract(${JSON.stringify(options)})\n`
  await writeFile(join(root, 'contract.spec.ts'), source)
  return run(['--root', root, ...args], binary)
}

async function run(args: readonly string[], binary: string): Promise<Ran> {
  const { exitCode, all } = await execa(process.execPath, [VITEST, 'run', ...args], {
    cwd: ROOT,
    env: { SIDECAR_BINARY: binary, NO_COLOR: '1' },
    all: true,
    reject: false,
  })
  return { code: exitCode, output: all }
}

/** A Vitest of its own and a whole gate in it, beside others: four seconds on an idle machine. */
const WHOLE_GATE_MS = 90_000

describe.concurrent('describeContract with SIDECAR_BINARY', { timeout: WHOLE_GATE_MS }, () => {
  test('is green on a sound binary, a test per clause', async ({ expect }) => {
    const { code, output } = await runVitest(await make('none'))

    expect(output).toMatch(new RegExp(`Tests {2}\\d+ passed( \\| \\d+ skipped)? \\(${BY_DEFAULT}\\)`))
    expect(code).toBe(0)
  })

  test('is red on a faulty one, and the failure says what was expected, seen, and when', async ({
    expect,
  }) => {
    const { code, output } = await runVitest(await makeNamed('sigint-exits-1'))

    expect(output).toMatch(
      /stop\/sigint \(must\): .*\n +expected {2}after SIGINT .*\n +seen {6}it exited with code 1.*\n +when {6}/,
    )
    expect(output).toMatch(/Tests {2}1 failed \| \d+ passed/)
    expect(code).toBe(1)
  })

  test('passes a should that failed, with an annotation', async ({ expect }) => {
    const { code, output } = await runVitest(await makeNamed('says-nothing'), '-t', 'logs/')

    expect(output).toMatch(/Tests {2}\d passed \| \d+ skipped/)
    expect(output).not.toMatch(/failed/)
    expect(code).toBe(0)
  })

  test('is red when what was selected is blocked by a clause that was not', async ({ expect }) => {
    const { code, output } = await runVitest('/bin/ls', '-t', 'stop/')

    expect(output).toMatch(/start\/within-budget \(must\): /)
    expect(output).not.toMatch(/passed/)
    expect(code).toBe(1)
  })
})

describe.concurrent('describeContract with options', () => {
  const SIGNALS = { only: ['stop/sig*'] } as const

  test('has a test for what is selected, and no other', async ({ expect }) => {
    const options = { only: ['stop/*'], skip: ['stop/!(sig*|hangup)'], enable: ['stop/hangup'] }
    const { code, output } = await runWith(await make('none'), options, '--reporter=verbose')

    expect([...output.matchAll(/ (stop\/\S+): /g)].map(([, id]) => id)).toEqual([
      'stop/sigterm',
      'stop/sigint',
      'stop/hangup',
    ])
    expect(code).toBe(0)
  })

  test('says of a typo what was meant, and nothing is green', async ({ expect }) => {
    const { code, output } = await runWith(await make('none'), { only: ['stpo'] })

    expect(output).toContain('only: no clause fits "stpo". Did you mean "stop"?')
    expect(output).not.toMatch(/passed/)
    expect(code).toBe(1)
  })

  test('skips what is waived, with the reason, and fails nothing for it', async ({ expect }) => {
    const contract = { waive: { 'stop/sigint': 'the wrapper eats it' } }
    const options = { ...SIGNALS, contract, strict: true }
    const { code, output } = await runWith(await makeNamed('sigint-exits-1'), options, '--reporter=verbose')

    expect(output).toMatch(/stop\/sigint: .*\[waived: the wrapper eats it\]/)
    expect(output).toMatch(/Tests {2}1 passed \| 1 skipped \(2\)/)
    expect(code).toBe(0)
  })

  test('is red for a warning where it is strict, and green where it is not', async ({ expect }) => {
    const contract = { levels: { 'stop/sigint': 'should' } } as const
    const binary = await makeNamed('sigint-exits-1')
    const lenient = await runWith(binary, { ...SIGNALS, contract })
    expect(lenient.output).toMatch(/Tests {2}2 passed \(2\)/)
    expect(lenient.code).toBe(0)

    const strict = await runWith(binary, { ...SIGNALS, contract, strict: true })
    expect(strict.output).toMatch(/stop\/sigint \(should\): /)
    expect(strict.output).toMatch(/Tests {2}1 failed \| 1 passed \(2\)/)
    expect(strict.code).toBe(1)
  })

  test('is red for a stale waiver where it is strict', async ({ expect }) => {
    const contract = { waive: { 'stop/sigterm': 'long mended' } }
    const options = { ...SIGNALS, contract, strict: true }
    const { code, output } = await runWith(await make('none'), options)

    expect(output).toContain('The waiver of stop/sigterm is stale, because it holds: take it out of `waive`.')
    expect(output).toMatch(/Tests {2}1 failed \| 1 passed \(2\)/)
    expect(code).toBe(1)
  })
})

test('a file that is not there is an error, and no test passes', async () => {
  const { code, output } = await runVitest(join(directory, 'nothing-here'))

  expect(output).toMatch(/nothing-here does not exist/)
  expect(code).toBe(1)
})
