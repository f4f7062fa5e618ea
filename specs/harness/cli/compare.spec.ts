import { readFileSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import { isAlive } from '../life/processes.ts'
import { until } from '../life/until.ts'
import { test } from './command.ts'

/* Two files beside each other, as whoever releases the newer one calls it. */

let directory: string
let sound: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'compare-'))
  sound = await makeFaulty('none', directory)
})

afterAll(() => rm(directory, { recursive: true }))

// One at a time: beside each other they would be the noise that makes them live longer.
describe('compare', () => {
  test('says where recordings hold too few lives to tell', async ({ place }) => {
    for (const name of ['one', 'two']) {
      await place.run('check', sound, '--only', 'stop/sigterm', '--artifacts', name)
    }

    const { code, stdout } = await place.run('compare', 'one', 'two', '--fail-on', 'change')

    expect(code).toBe(0)
    expect(stdout).toMatch(/^ready .* [+−]?\d.*: too few lives to tell$/m)
    expect(stdout).toMatch(/^- note {2}too few lives to tell: 1 that can be compared, and 9 on each side/m)
  })

  test('measures nothing where one never becomes ready, and does not wait for it again', async ({
    place,
  }) => {
    const dead = await place.write('dead', '#!/bin/sh\necho "no such table" >&2\nexit 1\n', 0o755)

    const { code, stdout } = await place.run(
      ...['compare', sound, dead, '--only', 'stop/sigterm', '--fail-on', 'regression'],
    )

    expect(code).toBe(1)
    expect(stdout).toMatch(/^✖ regression {3}stop\/sigterm: pass → blocked by start\/within-budget$/m)
    expect(stdout).toContain('the new one did not become ready, so nothing was measured of either\n')
    expect(stdout).toMatch(/^- note {2}the new one became ready in 0 of 2 lives$/m)
  })

  test('ends what runs on Ctrl-C, and compares nothing', async ({ place }) => {
    const log = await place.write('pids', '')
    const program = `#!${process.execPath}
      require('node:fs').appendFileSync(process.env.PIDS, process.pid + '\\n')
      process.on('SIGTERM', () => process.exit(0))
      const body = JSON.stringify({ status: 'ok', app: 'a', timestamp: new Date(), uptime: 0.1 })
      const headers = { 'content-type': 'application/json' }
      const server = require('node:http').createServer((_, response) => response.writeHead(200, headers).end(body))
      server.listen(0, '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port))`
    const sidecar = await place.write('sidecar', program, 0o755)
    await place.write('contract.json', JSON.stringify({ env: { PIDS: log } }))
    const running = place.start(
      ['compare', sidecar, sidecar, '--config', 'contract.json', '--only', 'artifact/size', '--runs', '100'],
      { detached: true },
    )
    const pids = () => (readFileSync(log, 'utf8').match(/\d+/g) ?? []).map(Number)
    await until(() => pids().length > 4, 'lives take turns')

    process.kill(-(running.pid ?? 0), 'SIGINT')
    const { exitCode, stdout, stderr } = await running

    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' })
    expect(stderr).toMatch(/^Interrupted: nothing was compared\.$/m)
    expect(pids().filter(isAlive)).toEqual([])
    expect(place.leftovers()).toEqual([])
  })
})

describe.concurrent('compare', () => {
  test.for<[string, string[], RegExp]>([
    [
      'nothing to compare',
      [],
      /^compare takes two binaries, or two directories with recordings: OLD and NEW\. It got none$/m,
    ],
    ['one file', ['a'], /^compare takes two .* It got 1: a$/m],
    ['three files', ['a', 'b', 'c'], /^compare takes two .* It got 3: a b c$/m],
    ['a name that is empty', ['', 'b'], /^OLD has an empty name\.$/m],
    ['a file that is not there', ['SOUND', 'nowhere'], /^There is no nowhere\.$/m],
    [
      'a typing error',
      ['conract.json', 'SOUND'],
      /^There is no conract\.json\. Did you mean "contract\.json"\?$/m,
    ],
    [
      'a directory and a file',
      ['empty', 'SOUND'],
      /^empty is a directory, and .* a file: compare takes two binaries, or two directories/m,
    ],
    [
      'a directory with no recording',
      ['empty', 'empty'],
      /empty holds no recording: there is no recording\.json in it/,
    ],
    [
      'an option that recordings have no use for',
      ['empty', 'empty', '--runs', '20'],
      /^--runs is for binaries: to compare recordings nothing is launched/m,
    ],
    [
      'too few lives',
      ['SOUND', 'SOUND', '--runs', '8'],
      /^--runs takes a whole number from 9 to 100, and got "8"\. Of fewer than 9 lives no difference could be told from chance/m,
    ],
    [
      'lives that are no number',
      ['SOUND', 'SOUND', '--runs', 'many'],
      /^--runs takes a whole number from 9 to 100, and got "many"\.$/m,
    ],
    [
      'too many lives',
      ['SOUND', 'SOUND', '--runs', '1000'],
      /^--runs takes a whole number from 9 to 100, and got "1000"\.$/m,
    ],
    [
      'something to fail on that is none',
      ['SOUND', 'SOUND', '--fail-on', 'regresion'],
      /^--fail-on: there is no "regresion"\. Did you mean "regression"\?$/m,
    ],
    [
      'an option that is none',
      ['SOUND', 'SOUND', '--run', '9'],
      /^There is no option --run\. Did you mean "--runs"\?$/m,
    ],
    [
      'a reporter that tells verdicts alone',
      ['SOUND', 'SOUND', '--reporter', 'junit=x.xml'],
      /^A comparison is told as terminal, json or markdown, and not as junit\.$/m,
    ],
    [
      'a clause that is none',
      ['SOUND', 'SOUND', '--only', 'stop/sigtrm'],
      /^only: no clause fits "stop\/sigtrm"\. Did you mean "stop\/sigterm"\?$/m,
    ],
    [
      'a place that cannot be written',
      ['SOUND', 'SOUND', '--artifacts', 'contract.json/kept'],
      /^--artifacts .*contract\.json\/kept cannot be written/m,
    ],
    [
      'several contracts',
      ['SOUND', 'SOUND', '--config', 'several.json'],
      /^A binary is held to one contract, and several\.json holds 2 contracts: one, two\. Choose one with --sidecar NAME\.$/m,
    ],
    ['a contract that is not there', ['SOUND', 'SOUND', '--config', 'no.json'], /no\.json/],
    [
      'a sidecar where there is no contract',
      ['SOUND', 'SOUND', '--sidecar', 'one'],
      /^--sidecar one chooses among the contracts of a file/m,
    ],
  ])('refuses %s, and launches nothing', async ([, args, message], { place }) => {
    await mkdir(join(place.directory, 'empty'))
    await place.write('contract.json', '{}')
    await place.write('several.json', JSON.stringify([{ name: 'one' }, { name: 'two' }]))

    const { code, stdout, stderr } = await place.run(
      'compare',
      ...args.map(arg => (arg === 'SOUND' ? sound : arg)),
    )

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(place.leftovers()).toEqual([])
  })

  test('refuses a directory with the recordings of several', async ({ place }) => {
    for (const name of ['both/one', 'both/two']) {
      await place.run('check', sound, '--only', 'artifact/size', '--artifacts', name)
    }

    expect(await place.run('compare', 'both', 'both')).toMatchObject({
      code: 2,
      stderr: 'both holds 2 recordings: one, two. Name one of these directories.\n',
    })
    rmSync(join(place.directory, 'both/two/recording.json'))
    expect(await place.run('compare', 'both', 'both/two')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('two holds no recording'),
    })
  })

  test('says with 3 that a report could not be written', async ({ place, skip }) => {
    skip(process.platform !== 'linux', 'there is no /dev/full')
    await place.run('check', sound, '--only', 'artifact/size', '--artifacts', 'kept')

    const { code, stderr } = await place.run('compare', 'kept', 'kept', '--reporter', 'json=/dev/full')

    expect(code).toBe(3)
    expect(stderr).toMatch(/^The json report \/dev\/full could not be written: ENOSPC/m)
  })
})

describe.concurrent('the help of compare', () => {
  test('names each of its options, on stdout, with 0', async ({ place }) => {
    const { code, stdout, stderr } = await place.run('compare', '--help')

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('\nUsage: sidecar-harness compare OLD NEW [options]\n')
    expect(stdout).toMatch(/^Examples:\n {2}sidecar-harness compare /m)
    const named = [...stdout.matchAll(/^ {2}(--[a-z-]+) /gm)].map(([, option]) => option)
    const refused = await place.run('compare', 'x', 'y', '--xyzzyxyzzy')
    const [, known = ''] = /Known are: (.*), --help\./.exec(refused.stderr) ?? []
    expect(named.toSorted()).toEqual(known.split(', ').toSorted())
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThan(111)
  })
})
