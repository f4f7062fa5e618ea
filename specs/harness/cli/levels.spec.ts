import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { faults } from '../../../fixtures/faulty/catalogue.ts'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { type Place, test } from './command.ts'

/* Levels, waivers and selections from the contract file and the command line to the exit code. */

interface Document {
  readonly verdict: string
  readonly strict: boolean
  readonly timeScale: number
  readonly sidecars: readonly [
    {
      readonly lives: readonly { readonly scenario: string }[]
      readonly clauses: readonly { readonly id: string; readonly level: string; readonly outcome: string }[]
      readonly staleWaivers: readonly string[]
      readonly unproven: readonly string[]
    },
  ]
}

let directory: string
/** Exits with code 1 on SIGINT. */
let faulty: string
/** Logs nothing, which is a warning. */
let silent: string
/** Exits before it is ready. */
let dead: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'levels-'))
  faulty = await makeNamed('sigint-exits-1')
  silent = await makeNamed('says-nothing')
  dead = await makeNamed('exits-at-once')
})

afterAll(() => rm(directory, { recursive: true }))

async function makeNamed(name: string): Promise<string> {
  const fault = faults.find(candidate => candidate.name === name)
  if (fault === undefined) throw new Error(`there is no fault ${name}`)
  return makeFaulty(fault, directory)
}

interface Checked {
  readonly code: number | undefined
  /** What people are told. */
  readonly told: string
  readonly document: Document
}

async function check(
  place: Place,
  file: string,
  contract: ContractInput,
  ...args: string[]
): Promise<Checked> {
  await place.write('contract.json', JSON.stringify(contract))
  const { code, stdout, stderr } = await place.run(
    ...['check', file, '--config', 'contract.json', '--reporter', 'json', ...args],
  )
  return { code, told: stderr, document: JSON.parse(stdout) }
}

const outcomes = ({ document }: Checked) =>
  document.sidecars[0].clauses.map(({ id, outcome }) => `${id} ${outcome}`)

describe.concurrent('check', () => {
  test('judges what is selected, and launches nothing else', async ({ place }) => {
    const checked = await check(place, faulty, {}, '--only', 'stop/sigterm,start/within-budget')

    expect(checked.code).toBe(0)
    expect(outcomes(checked)).toEqual(['start/within-budget pass', 'stop/sigterm pass'])
    const [{ lives }] = checked.document.sidecars
    expect(lives.map(({ scenario }) => scenario)).toEqual(['stop-sigterm'])
  })

  test('fails where what is selected fails, and passes where it is left out', async ({ place }) => {
    const failed = await check(place, faulty, {}, '--only', 'stop/sig*')
    expect(failed.code).toBe(1)
    expect(outcomes(failed)).toEqual(['stop/sigterm pass', 'stop/sigint fail'])

    const passed = await check(place, faulty, {}, '--only', 'stop/sig*', '--skip', 'stop/sigint')
    expect(passed.code).toBe(0)
    expect(outcomes(passed)).toEqual(['stop/sigterm pass'])
  })

  test('does not judge what the contract calls a may', async ({ place }) => {
    const checked = await check(place, faulty, { levels: { 'stop/sigint': 'may' } }, '--only', 'stop/sig*')

    expect(checked.code).toBe(0)
    expect(outcomes(checked)).toEqual(['stop/sigterm pass'])
  })

  test('warns where the contract calls it a should, and fails for that when it is strict', async ({
    place,
  }) => {
    const contract: ContractInput = { levels: { 'stop/sigint': 'should' } }
    const lenient = await check(place, faulty, contract, '--only', 'stop/sig*')
    expect(lenient.code).toBe(0)
    expect(outcomes(lenient)).toEqual(['stop/sigterm pass', 'stop/sigint warn'])
    expect(lenient.told).toMatch(/^! stop\/sigint \(should\): /m)

    const strict = await check(place, faulty, contract, '--only', 'stop/sig*', '--strict')
    expect(strict.code).toBe(1)
    expect(strict.document).toMatchObject({ verdict: 'fail', strict: true })
    expect(outcomes(strict)).toEqual(outcomes(lenient))
    expect(strict.told).toMatch(/^strict {3}the gate fails for 1 warning$/m)
  })

  test('accepts what is waived, and tells the reason and what was seen', async ({ place }) => {
    const contract: ContractInput = { waive: { 'stop/sigint': 'the wrapper eats it; issue 12' } }
    const { code, told, document } = await check(place, faulty, contract, '--only', 'stop/sig*', '--strict')

    expect(code).toBe(0)
    expect(document.sidecars[0].clauses[1]).toMatchObject({
      id: 'stop/sigint',
      outcome: 'waived',
      reason: 'the wrapper eats it; issue 12',
      expected: expect.stringMatching(/code 0/),
      observed: expect.stringMatching(/exited with code 1/),
    })
    expect(told).toMatch(
      /^~ stop\/sigint \(must\): .*\n {4}waived {4}the wrapper eats it; issue 12\n {4}expected .*\n {4}seen .*code 1/m,
    )
  })

  test('tells of a waiver that is stale, and fails for it when it is strict', async ({ place }) => {
    const contract: ContractInput = {
      waive: { 'stop/sigterm': 'long mended', 'port/taken': 'not judged here' },
    }
    const lenient = await check(place, silent, contract, '--only', 'stop/sigterm')
    expect(lenient.code).toBe(0)
    expect(lenient.document.sidecars[0].staleWaivers).toEqual(['stop/sigterm'])
    expect(lenient.told).toMatch(/^~ a waiver is stale, .*\n {4}stop\/sigterm$/m)

    const strict = await check(place, silent, contract, '--only', 'stop/sigterm', '--strict')
    expect(strict.code).toBe(1)
    expect(strict.told).toMatch(/^✖ a waiver is stale, .*\n {4}stop\/sigterm$/m)
    expect(strict.told).toMatch(/^strict {3}the gate fails for 1 stale waiver$/m)
  })

  test('does not pass where a waived root cause keeps everything from being judged', async ({ place }) => {
    const contract: ContractInput = { waive: { 'start/within-budget': 'the runner is slow' } }
    const { code, told, document } = await check(place, dead, contract, '--only', 'stop/sig*')

    expect(code).toBe(1)
    expect(document.verdict).toBe('fail')
    expect(document.sidecars[0].unproven).toEqual(['stop/sigterm', 'stop/sigint'])
    expect(told).toMatch(/^unproven the gate fails for 2 clauses /m)
  })

  test('gives times by the scale, and says so', async ({ place }) => {
    const contract: ContractInput = { budgets: { readyMs: 20_000, graceMs: 4_000 } }
    const { told, document } = await check(
      place,
      dead,
      contract,
      '--only',
      'start/within-budget',
      '--time-scale',
      '0.5',
    )

    expect(document.timeScale).toBe(0.5)
    expect(told).toMatch(/^ {4}expected {2}ready \(.*\) within 10\.00 s$/m)
    expect(told).toMatch(/, times × 0\.5$/m)
  })

  test('shows every pass when it is verbose', async ({ place }) => {
    const brief = await check(place, silent, {}, '--only', 'stop/sig*')
    expect(brief.told).toMatch(/^✔ stop {9}2 of 2 {2}sigterm, sigint$/m)

    const verbose = await check(place, silent, {}, '--only', 'stop/sig*', '--verbose')
    expect(verbose.told).toMatch(/^✔ stop\/sigterm +exit 0 after /m)
    expect(verbose.told).toMatch(/^✔ stop\/sigint +exit 0 after /m)
  })
})
