import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faults } from '../../../fixtures/faulty/catalogue.ts'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { type GateOptions, runGate } from '../../../harness/gate/gate.ts'
import type { Verdict } from '../../../harness/gate/verdict.ts'
import { selectHost } from '../../../harness/host/index.ts'
import { CALIBRATION } from '../../../harness/recording/recording.ts'

/* When the baseline never becomes ready: which further lives are launched, and what they are taken to prove. */

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conditions-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function judge(file: string, caller: Partial<GateOptions> = {}): Promise<Verdict> {
  const resolved = resolveContract({ budgets: { readyMs: 1500 } }, { file: null, directory })
  return (await runGate({ resolved, file, host: selectHost(), ...caller })).verdict
}

/** The machine is measured too when something came too late: that life is not the sidecar's. */
const livesOf = ({ lives }: Verdict) =>
  lives
    .filter(({ scenario }) => scenario !== CALIBRATION)
    .map(({ id, readyMs }) => ({ id, isReady: readyMs !== null }))

test('a start that fails once is told as that, and not blamed on the environment', async () => {
  const sound = await makeFaulty('none', directory)
  const program = join(directory, 'fails-at-first')
  const ranBefore = `${program}.ran`
  const source = `#!/bin/sh\n[ -e '${ranBefore}' ] || { : > '${ranBefore}'; echo 'migrating failed' >&2; exit 1; }\nexec '${sound}'\n`
  await writeFile(program, source)
  await chmod(program, 0o755)

  const verdict = await judge(program)

  expect(livesOf(verdict)).toEqual([
    { id: 'stop-sigterm', isReady: false },
    { id: 'stop-sigterm.caller-environment.caller-directory', isReady: true },
    { id: 'stop-sigterm.again', isReady: true },
  ])
  const failed = verdict.clauses.filter(({ outcome }) => outcome === 'fail')
  expect(failed.map(({ id }) => id)).toEqual(['start/within-budget'])
  expect(failed[0]?.observed).toMatch(
    /"migrating failed"\. Launched again in the same way it became ready \(stop-sigterm\.again\): it does not start every time$/,
  )
})

test('what shows its own cause is launched once: no environment could cure it', async () => {
  const fault = faults.find(({ name }) => name === 'announces-on-stderr')
  const verdict = await judge(await makeFaulty(fault ?? 'none', directory))

  expect(livesOf(verdict)).toEqual([{ id: 'stop-sigterm', isReady: false }])
  expect(verdict.clauses.find(({ outcome }) => outcome === 'fail')?.id).toBe('announce/on-stdout')
})

test('where it needs the environment and the directory of the caller, all is judged under both', async () => {
  const sound = await makeFaulty('none', directory)
  const program = join(directory, 'needs-both')
  await writeFile(join(directory, 'here'), '')
  await writeFile(
    program,
    `#!/bin/sh\n[ -e here ] && [ -n "$NEEDED" ] && exec '${sound}'\necho 'not like this' >&2\nexit 1\n`,
  )
  await chmod(program, 0o755)

  const verdict = await judge(program, {
    callerDirectory: directory,
    callerEnvironment: { ...process.env, NEEDED: 'yes' },
    clauses: ['start/within-budget', 'start/bare-environment', 'start/any-directory', 'stop/sigterm'],
  })

  expect(verdict.conditions).toEqual({ environment: 'caller', directory: 'caller' })
  const outcomes = verdict.clauses.map(({ id, outcome }) => [id, outcome])
  expect(outcomes).toContainEqual(['start/bare-environment', 'fail'])
  expect(outcomes).toContainEqual(['stop/sigterm', 'pass'])
})

describe('a sidecar that misses something of the environment of its caller', () => {
  const CALLERS = { PATH: process.env.PATH, A: '1', B: '2', C: '3', D: '4', FIRST: 'x', SECOND: 'y' }

  /** Sound where all of these variables are set, and gone where one is not. */
  async function needing(...names: readonly string[]): Promise<Verdict> {
    const program = join(directory, `needs-${names.join('-')}`)
    const sound = await makeFaulty('none', directory)
    const checks = names.map(name => `[ -n "$${name}" ] || exit 1`).join('\n')
    await writeFile(program, `#!/bin/sh\n${checks}\nexec '${sound}'\n`)
    await chmod(program, 0o755)
    return judge(program, { callerEnvironment: CALLERS, clauses: ['start/bare-environment'] })
  }

  const observed = ({ clauses }: Verdict) =>
    clauses.find(({ id }) => id === 'start/bare-environment')?.observed ?? ''

  test('is launched with ever fewer of its variables, until one is left', async () => {
    const verdict = await needing('SECOND')

    expect(observed(verdict)).toMatch(/it misses SECOND, with which alone it becomes ready too$/)
    // Of seven: four of them, two of the other three, the last alone.
    expect(livesOf(verdict).filter(({ id }) => id.startsWith('missing-variable'))).toHaveLength(3)
  })

  test('is not told to miss one where it takes two', async () => {
    expect(observed(await needing('FIRST', 'B'))).toMatch(
      /it misses something of your shell: one of its \d+ other/,
    )
  })
})
