import { readFileSync, renameSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { faults } from '../../../fixtures/faulty/catalogue.ts'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import type { VerdictDocument } from '../../../harness/report/verdict-document.ts'
import { type Place, test } from './command.ts'

/* A gate that is judged again from what it recorded, somewhere else, when its binary is long gone. */

let directory: string
/** Exits with code 1 on SIGINT. */
let faulty: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'replay-'))
  const fault = faults.find(({ name }) => name === 'sigint-exits-1')
  if (fault === undefined) throw new Error('there is no such fault any more')
  faulty = await makeFaulty(fault, directory)
})

afterAll(() => rm(directory, { recursive: true }))

const read = (place: Place, name: string): VerdictDocument =>
  JSON.parse(readFileSync(join(place.directory, name), 'utf8'))

/** What does not tell how long the harness itself took, nor of which command it was the start. */
function judged({ verdict, summary, strict, sidecars }: VerdictDocument) {
  return { verdict, summary, strict, sidecars }
}

describe.concurrent('replay', () => {
  test('reaches the verdict of the gate again, without its binary and in another directory', async ({
    place,
  }) => {
    const binary = join(place.directory, 'backend')
    await writeFile(binary, await readFile(faulty), { mode: 0o755 })
    const gate = await place.run(
      ...['check', binary, '--only', 'stop/sig*', '--strict'],
      ...['--artifacts', 'kept', '--reporter', 'json=gate.json'],
    )
    expect(gate.code).toBe(1)
    await mkdir(join(place.directory, 'elsewhere'))
    renameSync(join(place.directory, 'kept'), join(place.directory, 'elsewhere/kept'))
    rmSync(binary)

    const { code, stdout, stderr } = await place.run(
      'replay',
      'elsewhere/kept',
      '--reporter',
      'json=again.json',
    )

    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toContain('stop/sigint')
    expect(judged(read(place, 'again.json'))).toEqual(judged(read(place, 'gate.json')))
  })

  test('judges those of several sidecars, which lie side by side', async ({ place }) => {
    await place.run('check', faulty, '--only', 'stop/sigterm', '--artifacts', 'kept/one')
    await place.run('check', faulty, '--only', 'stop/sigint', '--artifacts', 'kept/two')

    const { code } = await place.run('replay', 'kept', '--reporter', 'json=again.json')

    expect(code).toBe(1)
    const { verdict, summary, sidecars } = read(place, 'again.json')
    expect({ verdict, sidecars: sidecars.length }).toEqual({ verdict: 'fail', sidecars: 2 })
    expect(summary).toMatchObject({ pass: 1, fail: 1 })
  })

  test.for<[string, string[], RegExp]>([
    ['no directory', [], /^replay needs the directory that check --artifacts has written$/m],
    ['one that is not there', ['nowhere'], /nowhere cannot be read: ENOENT/],
    ['one with no recording in it', ['.'], /holds no recording: there is no recording\.json in it/],
    ['two directories', ['a', 'b'], /^replay takes one directory, and got a b$/m],
    ['an option that check has', ['.', '--only', 'stop'], /Unknown option '--only'|--only/],
  ])('refuses %s', async ([, args, message], { place }) => {
    const { code, stdout, stderr } = await place.run('replay', ...args)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })

  test('refuses a recording of another version, and one that a spec has made', async ({ place }) => {
    await place.run('check', faulty, '--only', 'stop/sigterm', '--artifacts', 'kept')
    const file = join(place.directory, 'kept/recording.json')
    const recording = JSON.parse(await readFile(file, 'utf8'))

    await writeFile(file, JSON.stringify({ ...recording, schema: 1 }))
    expect(await place.run('replay', 'kept')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds a recording of schema 1; this version reads 2'),
    })

    const { gate: _, ...ofSpec } = recording
    await writeFile(file, JSON.stringify(ofSpec))
    expect(await place.run('replay', 'kept')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds the lives of a spec, which no gate has judged'),
    })
  })
})
