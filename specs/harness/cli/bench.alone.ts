import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect } from 'vitest'
import { benchmarkSchema } from '../../../harness/report/benchmark-schema.ts'
import { type Place, test } from './command.ts'

/* What a binary costs, measured, saved, and held against what was saved. Alone: another's load is no program's fault. */

/** Three rounds, where the machine is noisy, take longer than what else the command line does. */
const PATIENCE_MS = 120_000

const measure = (place: Place, ...args: string[]) => place.runWith({ patienceMs: PATIENCE_MS }, ...args)

const readBenchmark = (place: Place, name: string) =>
  benchmarkSchema.parse(JSON.parse(readFileSync(join(place.directory, name), 'utf8')))

const serving = (startMs: number) => `#!${process.execPath}
  const startedAt = Date.now()
  process.on('SIGTERM', () => process.exit())
  const headers = { 'content-type': 'application/json' }
  const health = () => ({ status: 'ok', app: 'a', timestamp: new Date(), uptime: (Date.now() - startedAt) / 1000 })
  const server = require('node:http').createServer((_, response) =>
    response.writeHead(200, headers).end(JSON.stringify(health())))
  setTimeout(() => server.listen(0, '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port)), ${startMs})
`

describe('bench', { timeout: 300_000 }, () => {
  test('saves what a binary costs, and raises no alarm for the same one', async ({ place }) => {
    const file = await place.write('backend', serving(100), 0o755)

    const few = ['--runs', '16']
    const saved = await measure(
      place,
      ...['bench', file, ...few, '--save', 'base.json', '--reporter', 'html=page.html'],
    )

    expect(saved).toMatchObject({ code: 0, stderr: '' })
    for (const name of ['announced', 'ready', 'health', 'throughput', 'stopped', 'memory'])
      expect(saved.stdout).toMatch(new RegExp(`^${name} +\\d`, 'm'))
    const document = readBenchmark(place, 'base.json')
    expect(document.turns).toHaveLength(16)
    expect(document.against).toBeNull()
    const schema = JSON.parse(readFileSync('schema/benchmark.schema.json', 'utf8'))
    expect(new Ajv2020({ strict: false, validateFormats: false }).validate(schema, document)).toBe(true)
    const page = readFileSync(join(place.directory, 'page.html'), 'utf8')
    // A dot for each life of both, in each of the six plots.
    expect(page.match(/<circle /g)).toHaveLength(6 * 32)
    expect(page).not.toMatch(/\b(?:src|href)=/)

    const again = await measure(
      place,
      ...['bench', file, ...few, '--baseline', 'base.json', '--reporter', 'json=now.json'],
    )

    expect(again, again.stdout).toMatchObject({ code: 0, stderr: '' })
    expect(again.stdout).toMatch(/^passed {3}nothing became worse beyond the noise/m)
    expect(again.stdout).toMatch(/^by {7}turns with backend$/m)
    const { against } = readBenchmark(place, 'now.json')
    expect(against).toMatchObject({ isSameFile: true, sha256: document.file.sha256 })
    expect(against).toMatchObject({ by: 'binary', binary: file })
  })

  test('fails for one that is slower to start, and tells by how much', async ({ place }) => {
    const file = await place.write('backend', serving(100), 0o755)
    expect(await measure(place, 'bench', file, '--runs', '16', '--save', 'base.json')).toMatchObject({
      code: 0,
    })
    await place.write('backend', serving(220), 0o755)

    const { code, stdout } = await measure(place, 'bench', file, '--runs', '16', '--baseline', 'base.json')

    expect(code, stdout).toBe(1)
    expect(stdout).toMatch(
      /^by {7}the yardstick: \S+backend is not the same file any more; --save FILE --with-binary keeps it/m,
    )
    expect(stdout).toMatch(/^announced .* \+1\d\d ms \(.*\), \+\d+ ms by the yardstick: worse$/m)
    expect(stdout).toMatch(/^worse {4}2 figures: announced, ready;/m)
  })

  test('has the binary that was kept take turns with a slower one, whatever machine it was measured on', async ({
    place,
  }) => {
    const file = await place.write('backend', serving(60), 0o755)
    const saved = await measure(place, 'bench', file, '--runs', '16', '--save', 'base.json', '--with-binary')
    expect(saved).toMatchObject({ code: 0, stderr: '' })
    const kept = join(place.directory, 'base.json.binary')
    expect(readFileSync(kept)).toEqual(readFileSync(file))
    expect(statSync(kept).mode & 0o777).toBe(0o755)
    const base = readBenchmark(place, 'base.json')
    await place.write('base.json', JSON.stringify({ ...base, cpu: 'IBM/S390' }))
    await place.write('backend', serving(180), 0o755)

    const reporters = ['--reporter', 'json=now.json', '--reporter', 'html=now.html']
    const { code, stdout } = await measure(
      place,
      ...['bench', file, '--runs', '16', '--baseline', 'base.json', ...reporters],
    )

    expect(code, stdout).toBe(1)
    expect(stdout).toMatch(/^by {7}turns with base\.json\.binary$/m)
    expect(stdout).toMatch(/^announced .* \+1\d\d ms \([^)]*\): worse$/m)
    const { against, turns } = readBenchmark(place, 'now.json')
    expect(against).toMatchObject({ by: 'binary', binary: kept, isSameFile: false })
    expect(turns.filter(({ yardstick }) => yardstick !== null)).toEqual([])
    const page = readFileSync(join(place.directory, 'now.html'), 'utf8')
    expect(page.match(/<circle /g)).toHaveLength(6 * 2 * turns.length)
    expect(page).toContain('class="dots baseline"')
    expect(page).not.toContain('class="dots yardstick"')

    // Of the older one no more is there than its figures, and without a yardstick they say nothing.
    rmSync(kept)
    await place.write('alone.json', readFileSync(join(place.directory, 'now.json')))
    await place.write('backend', serving(61), 0o755)
    const alone = await measure(place, 'bench', file, '--baseline', 'alone.json')
    expect(alone).toMatchObject({ code: 2, stdout: '' })
    expect(alone.stderr).toContain('no yardstick was measured with it')
  })

  test('lives the yardstick, too, where the next baseline is saved', async ({ place }) => {
    const file = await place.write('backend', serving(20), 0o755)
    const few = ['--runs', '16', '--save', 'base.json', '--with-binary']
    expect(await measure(place, 'bench', file, ...few)).toMatchObject({ code: 0, stderr: '' })
    const older = readBenchmark(place, 'base.json').file.sha256
    await place.write('backend', serving(140), 0o755)

    const next = await measure(place, 'bench', file, ...few, '--baseline', 'base.json')

    expect(next, next.stdout).toMatchObject({ code: 1, stderr: '' })
    const { turns, against, file: saved } = readBenchmark(place, 'base.json')
    expect(against).toMatchObject({ by: 'binary', sha256: older })
    for (const { yardstick, before } of turns) expect([yardstick, before]).not.toContain(null)
    expect(saved.sha256).not.toBe(older)
    expect(readFileSync(join(place.directory, 'base.json.binary'))).toEqual(readFileSync(file))
  })
})
