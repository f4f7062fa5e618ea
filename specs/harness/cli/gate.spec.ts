import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { faults } from '../../../fixtures/faulty/catalogue.ts'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import { CLAUSES } from '../../../harness/clauses/index.ts'
import { CATALOGUE } from '../../../harness/contract/catalogue.ts'
import { reachVerdict } from '../../../harness/gate/verdict.ts'
import { readRecording } from '../../../harness/recording/archive.ts'
import type { SidecarDocument, VerdictDocument } from '../../../harness/report/verdict-document.ts'
import { test } from './command.ts'

type Document = Omit<VerdictDocument, 'sidecars'> & { readonly sidecars: readonly [SidecarDocument] }

let directory: string
let sound: string
let faulty: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gate-'))
  sound = await makeFaulty('none', directory)
  const [fault] = faults.filter(({ name }) => name === 'announces-twice')
  if (fault === undefined) throw new Error('there is no such fault any more')
  faulty = await makeFaulty(fault, directory)
})

afterAll(() => rm(directory, { recursive: true }))

interface Told {
  readonly id: string
  readonly outcome: string
}

/** What is judged by default. */
const BY_DEFAULT = CLAUSES.map(({ id }) => id).filter(id => CATALOGUE[id].level !== 'may')

/** What a sidecar with no fault can come to: what the default contract says nothing of is skipped. */
function isSound({ outcome }: Told): boolean {
  return outcome === 'pass' || outcome === 'skipped'
}

function idsOf(clauses: readonly Told[]): readonly string[] {
  return clauses.map(({ id }) => id)
}

describe('check', () => {
  test('of a sound sidecar is 0, tells people on stdout, and keeps verdict and recordings where it shall', async ({
    place,
  }) => {
    const { code, stdout, stderr } = await place.run(
      ...['check', sound, '--reporter', 'json=gate.json', '--artifacts', 'recording'],
    )

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^pass {5}\d+ pass, 0 fail(, \d+ skipped)?; took /m)
    for (const id of BY_DEFAULT) expect(stdout).toContain(id.split('/')[1])
    expect(stdout).not.toContain('\u001B')

    const document: Document = JSON.parse(readFileSync(join(place.directory, 'gate.json'), 'utf8'))
    const [sidecar] = document.sidecars
    expect(document).toMatchObject({
      schema: 1,
      tool: { name: 'sidecar-harness', version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      verdict: 'pass',
      strict: false,
      timeScale: 1,
      host: { os: 'linux', arch: process.arch, node: process.version, cpus: expect.any(Number) },
      summary: { fail: 0, warn: 0, waived: 0, blocked: 0 },
      sidecars: [
        {
          contract: 'defaults',
          conditions: { environment: 'bare', directory: 'private' },
          staleWaivers: [],
          unproven: [],
        },
      ],
    })
    expect(document.durationMs).toBeGreaterThan(0)
    expect(document.phases.map(({ name }) => name)).toEqual(['start', 'read the file', 'lives'])
    const bytes = readFileSync(sound)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(sidecar.file).toMatchObject({
      path: sound,
      name: basename(sound),
      format: 'script',
      sha256,
      bytes: bytes.length,
    })
    expect(idsOf(sidecar.clauses)).toEqual(BY_DEFAULT)
    expect(sidecar.clauses.filter(clause => !isSound(clause))).toEqual([])
    expect(sidecar.clauses.every(({ level }) => /^(must|should|may)$/.test(level))).toBe(true)
    expect(sidecar.lives.length).toBeGreaterThanOrEqual(8)
    expect(sidecar.lives.find(({ id }) => id === 'stop-sigterm')).toEqual({
      id: 'stop-sigterm',
      scenario: 'stop-sigterm',
      announcedMs: expect.any(Number),
      readyMs: expect.any(Number),
      stopMs: expect.any(Number),
      durationMs: expect.any(Number),
      exit: { code: 0, signal: null },
    })

    const kept = join(place.directory, 'recording')
    const evidence = await readRecording(kept)
    const facts = { startedAt: new Date(), durationMs: 0, phases: [], concurrency: 1, interrupted: false }
    const again = reachVerdict(evidence, facts)
    const { clauses } = sidecar
    expect(again.clauses.map(({ id, outcome }) => ({ id, outcome }))).toEqual(
      clauses.map(({ id, outcome }) => ({ id, outcome })),
    )
    expect(again.lives.map(({ id }) => id)).toEqual(sidecar.lives.map(({ id }) => id))
    expect(statSync(kept).mode & 0o777).toBe(0o700)
    expect(readFileSync(join(kept, 'lives/stop-sigterm/stdout.raw'), 'utf8')).toMatch(/^BACKEND_PORT:\d+\n$/)
    expect(place.leftovers()).toEqual([])
  })

  test('of a faulty one is 1, with JSON and nothing else on stdout, and on stderr what, how and when', async ({
    place,
  }) => {
    const { code, stdout, stderr } = await place.run('check', faulty, '--reporter', 'json')

    expect(code).toBe(1)
    const document: Document = JSON.parse(stdout)
    expect(document.verdict).toBe('fail')
    const unsound = document.sidecars[0].clauses.filter(clause => !isSound(clause))
    expect(idsOf(unsound)).toEqual(['announce/once'])
    expect(document.sidecars[0].clauses.find(({ id }) => id === 'announce/once')).toMatchObject({
      id: 'announce/once',
      level: 'must',
      outcome: 'fail',
      expected: 'one announcement in the whole life',
      observed: expect.stringMatching(
        /^2: "BACKEND_PORT:\d+" after \d+ ms, "BACKEND_PORT:\d+" after \d+ ms$/,
      ),
      seen: { life: 'stop-sigterm', sinceLaunchMs: expect.any(Number) },
    })

    const [explanation = ''] = /^✖ announce\/once \(must\):.*(\n {4}.*)+/m.exec(stderr) ?? []
    // How much it had said on stderr by then is the machine's affair.
    expect(
      explanation
        .replace(/\n {4}stderr {4}(stayed empty until then|\+\d+ ms .*(\n {14}.*)*)/, '')
        .split('\n'),
    ).toEqual([
      '✖ announce/once (must): It is written once in the whole life.',
      '    expected  one announcement in the whole life',
      expect.stringMatching(/^ {4}seen {6}2: "BACKEND_PORT:\d+" after \d+ ms, /),
      expect.stringMatching(/^ {4}when {6}\d+ ms after the launch, in the life stop-sigterm$/),
      expect.stringMatching(/^ {4}why {7}The announcement is written more than once/),
      expect.stringMatching(/^ {14}- twice "BACKEND_PORT:\d+"/),
      expect.stringMatching(/^ {4}mend {6}\S/),
      expect.stringMatching(/^ {14}https:\/\//),
      expect.stringMatching(/^ {4}stdout {4}\+\d+ ms {2}BACKEND_PORT:\d+$/),
      expect.stringMatching(/^ {14}\+\d+ ms {2}BACKEND_PORT:\d+$/),
      `    again     npx --no-install sidecar-harness check ${faulty} --only announce/once`,
    ])
    expect(stderr).toMatch(/^fail .*\b1 fail\b/m)
    expect(place.leftovers()).toEqual([])
  })

  test('through ps and lsof alone comes to the same outcomes', async ({ place, skip }) => {
    const missing = ['ps', 'lsof'].filter(tool => spawnSync(tool, ['-v'], { stdio: 'ignore' }).error)
    skip(missing.length > 0, `${missing.join(' and ')} cannot be found`)

    const { code, stdout } = await place.run('check', sound, '--host', 'posix', '--reporter', 'json')

    expect(code).toBe(0)
    const document: Document = JSON.parse(stdout)
    const { clauses } = document.sidecars[0]
    expect(idsOf(clauses)).toEqual(BY_DEFAULT)
    expect(clauses.filter(clause => !isSound(clause))).toEqual([])
  })

  test('of a named binary builds nothing, whatever the contract could build', async ({ place }) => {
    const contract = { binary: 'dist/backend', build: { entry: 'no-such-entry.ts' } }
    await place.write('contract.json', JSON.stringify(contract))
    await place.write('sidecar', '#!/bin/sh\necho "no database" >&2\nexit 1\n', 0o755)

    const { code, stdout, stderr } = await place.run('check', 'sidecar', '--config', 'contract.json')

    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toMatch(/^ {4}seen .*exited with code 1\b.*"no database"/m)
    expect(stdout).toMatch(/^phases {3}start .*, read the file .*, lives /m)
    expect(existsSync(join(place.directory, 'dist'))).toBe(false)
  })
})
