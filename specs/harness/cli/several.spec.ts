import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test as plain } from 'vitest'
import { faults } from '../../../fixtures/faulty/catalogue.ts'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import { hostTriple } from '../../../harness/build/build.ts'
import { directoryNames } from '../../../harness/cli/artifacts.ts'
import { readRecording } from '../../../harness/recording/archive.ts'
import type { VerdictDocument } from '../../../harness/report/verdict-document.ts'
import { until } from '../life/until.ts'
import { readXml } from '../report/xml.ts'
import { type Place, test } from './command.ts'

/* A project with several sidecars, and a contract file that is found. */

let directory: string
let sound: string
/** Exits with code 1 on SIGINT. */
let faulty: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'several-'))
  sound = await makeFaulty('none', directory)
  const fault = faults.find(({ name }) => name === 'sigint-exits-1')
  if (fault === undefined) throw new Error('there is no such fault any more')
  faulty = await makeFaulty(fault, directory)
})

afterAll(() => rm(directory, { recursive: true }))

/** A project of a sound sidecar, `notes`, and one that fails stop/sigint. */
async function prepare(place: Place): Promise<void> {
  await copyFile(sound, join(place.directory, `notes-${hostTriple()}`))
  await copyFile(faulty, join(place.directory, `search-${hostTriple()}`))
  const contracts = [
    { name: 'notes', binary: 'notes' },
    { name: 'full text search', binary: 'search' },
  ]
  await place.write('sidecar.config.json', JSON.stringify(contracts))
}

const SIGNALS = ['--only', 'stop/sig*'] as const

describe.concurrent('check of a file with several contracts', () => {
  test('judges each in turn, in one report, and fails where one does', async ({ place }) => {
    await prepare(place)

    const { code, stdout, stderr } = await place.run(
      ...['check', ...SIGNALS, '--artifacts', 'kept'],
      ...['--reporter', 'json=gate.json', '--reporter', 'junit=gate.xml'],
    )

    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    const read = (name: string) => readFileSync(join(place.directory, name), 'utf8')
    const document: VerdictDocument = JSON.parse(read('gate.json'))
    expect(document).toMatchObject({ verdict: 'fail', summary: { pass: 3, fail: 1 } })
    expect(document.sidecars.map(({ name, verdict, file }) => ({ name, verdict, file: file.name }))).toEqual([
      { name: 'notes', verdict: 'pass', file: `notes-${hostTriple()}` },
      { name: 'full text search', verdict: 'fail', file: `search-${hostTriple()}` },
    ])
    expect(document.sidecars.map(({ file }) => file.chosenBy)).toEqual(['contract', 'contract'])
    expect(readXml(read('gate.xml')).children.map(({ attributes }) => attributes.name)).toEqual([
      'notes',
      'full text search',
    ])
    expect(stdout).toMatch(/^✖ full text search: stop\/sigint \(must\): /m)
    expect(stdout).toContain(
      "    again     npx --no-install sidecar-harness check --config sidecar.config.json --sidecar 'full text search' --only stop/sigint\n",
    )
    expect(stdout).toMatch(/^sidecars notes +pass .*\n +full text search +fail .*\nfail {5}3 pass, 1 fail; /m)

    const kept = join(place.directory, 'kept')
    expect(readdirSync(kept).sort()).toEqual(['full-text-search', 'notes'])
    const { contract } = await readRecording(join(kept, 'full-text-search'))
    expect(contract.name).toBe('full text search')
    expect(place.leftovers()).toEqual([])
  })

  test('judges those that are chosen', async ({ place }) => {
    await prepare(place)

    const { code, stdout } = await place.run('check', '--sidecar', 'notes', ...SIGNALS, '--artifacts', 'kept')

    expect(code).toBe(0)
    expect(stdout).toMatch(/^notes: notes-/)
    expect(stdout).not.toContain('search')
    // Of one, the directory that is named is its own.
    expect(existsSync(join(place.directory, 'kept/recording.json'))).toBe(true)
  })

  test('judges a binary by the one that is chosen', async ({ place }) => {
    await prepare(place)

    const { code, stdout } = await place.run(
      ...['check', faulty, '--sidecar', 'notes', '--only', 'stop/sigint'],
    )

    expect(code).toBe(1)
    expect(stdout).toMatch(new RegExp(`^notes: ${faulty}\n`))
    expect(stdout).toContain(
      `    again     npx --no-install sidecar-harness check ${faulty} --config sidecar.config.json --sidecar notes --only stop/sigint\n`,
    )
  })

  test('tells of each when it is interrupted in the first, and no report is green', async ({ place }) => {
    const sidecar = `#!/bin/sh\n: > '${place.directory}/launched'\nexec sleep 60\n`
    const contracts = ['notes', 'search'].map(name => ({ name, binary: name }))
    for (const { name } of contracts) await place.write(`${name}-${hostTriple()}`, sidecar, 0o755)
    await place.write('sidecar.config.json', JSON.stringify(contracts))
    const running = place.start(['check', '--reporter', 'json=gate.json', '--reporter', 'junit=gate.xml'])
    await until(() => existsSync(join(place.directory, 'launched')), 'the first is launched')

    running.kill('SIGINT')
    const { exitCode } = await running

    expect(exitCode).toBe(130)
    const read = (name: string) => readFileSync(join(place.directory, name), 'utf8')
    const { verdict, sidecars }: VerdictDocument = JSON.parse(read('gate.json'))
    expect([verdict, ...sidecars.map(({ name, verdict }) => `${name} ${verdict}`)]).toEqual([
      'interrupted',
      'notes interrupted',
      'search interrupted',
    ])
    expect(readXml(read('gate.xml')).attributes).toMatchObject({ errors: '2', failures: '0' })
    expect(place.leftovers()).toEqual([])
  })

  test('lists the clauses of each', async ({ place }) => {
    await prepare(place)

    const { code, stdout } = await place.run('check', '--list')

    expect(code).toBe(0)
    expect(stdout.match(/^.*: \d+ of 73 clauses would be judged/gm)).toEqual([
      `notes, ${place.directory}/sidecar.config.json: 65 of 73 clauses would be judged`,
      `full text search, ${place.directory}/sidecar.config.json: 65 of 73 clauses would be judged`,
    ])
  })
})

describe.concurrent('a contract file', () => {
  const write = (place: Place) => place.write('sidecar.config.json', '{ "name": "found", "binary": "notes" }')

  test('is found from a directory below it', async ({ place }) => {
    await prepare(place)
    await write(place)

    const { code, stdout } = await place.runWith({ below: 'tmp' }, 'check', ...SIGNALS)

    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^found: ${place.directory}/notes-`))
    expect(stdout).toContain(`, by ${place.directory}/sidecar.config.json\n`)
  })

  test('that is named wins over one that could be found, even over a broken one', async ({ place }) => {
    await prepare(place)
    await place.write('sidecar.config.json', '{ broken')
    await place.write('other.json', '{ "name": "other", "binary": "notes" }')

    const { code, stdout } = await place.run('check', '--config', 'other.json', ...SIGNALS)

    expect(code).toBe(0)
    expect(stdout).toMatch(/^other: notes-/)
  })
})

describe.concurrent('SIDECAR_BINARY', () => {
  /** A contract that would have to build what nobody can. */
  const write = (place: Place) =>
    place.write('sidecar.config.json', '{ "binary": "out/backend", "build": { "entry": "not-there.ts" } }')

  test('wins over the contract, builds nothing, and is told with what it named', async ({ place }) => {
    await write(place)

    const { code, stdout } = await place.runWith(
      { env: { SIDECAR_BINARY: sound } },
      ...['check', ...SIGNALS, '--reporter', 'json'],
    )

    expect(code).toBe(0)
    const { sidecars }: VerdictDocument = JSON.parse(stdout)
    expect(sidecars[0]?.file).toMatchObject({
      path: sound,
      chosenBy: 'environment',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(existsSync(join(place.directory, 'out'))).toBe(false)
  })

  test('is said in the report for people, and names the binary again', async ({ place }) => {
    const { code, stdout } = await place.runWith(
      { env: { SIDECAR_BINARY: faulty } },
      ...['check', ...SIGNALS],
    )

    expect(code).toBe(1)
    expect(stdout).toMatch(new RegExp(`^sidecar: ${faulty} \\(named by SIDECAR_BINARY\\)\n`))
    expect(stdout).toContain(
      `    again     npx --no-install sidecar-harness check ${faulty} --only stop/sigint\n`,
    )
  })

  test('yields to an argument, and is nothing where it is empty', async ({ place }) => {
    const argued = await place.runWith({ env: { SIDECAR_BINARY: '/not/there' } }, 'check', sound, ...SIGNALS)
    expect(argued).toMatchObject({ code: 0, stderr: '' })

    const empty = await place.runWith({ env: { SIDECAR_BINARY: '' } }, 'check', ...SIGNALS)
    expect(empty).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Nothing to check: no binary /) })
  })

  test('that is not there is an error', async ({ place }) => {
    const { code, stderr } = await place.runWith({ env: { SIDECAR_BINARY: 'not-there' } }, 'check')
    expect({ code, stderr }).toEqual({ code: 2, stderr: `${place.directory}/not-there does not exist.\n` })
  })
})

plain.each<[readonly string[], readonly string[]]>([
  [
    ['notes', 'Full Text Search', 'a/b'],
    ['notes', 'Full-Text-Search', 'a-b'],
  ],
  [
    ['..', '.hidden', '-x', '日本'],
    ['sidecar', 'hidden', 'x', 'sidecar-2'],
  ],
  [
    ['a b', 'a-b', 'A/B'],
    ['a-b', 'a-b-2', 'A-B-3'],
  ],
])('recordings of %j are kept in %j', (names, directories) => {
  expect(directoryNames(names)).toEqual(directories)
})
