import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect } from 'vitest'
import { benchmarkSchema } from '../../../harness/report/benchmark-schema.ts'
import { test } from './command.ts'

/* What a binary costs, measured, saved, and held against what was saved. Alone: another's load is no program's fault. */

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

    const few = ['--runs', '12']
    const saved = await place.run(
      ...['bench', file, ...few, '--save', 'base.json', '--reporter', 'html=page.html'],
    )

    expect(saved).toMatchObject({ code: 0, stderr: '' })
    for (const name of ['announced', 'ready', 'health', 'throughput', 'stopped', 'memory'])
      expect(saved.stdout).toMatch(new RegExp(`^${name} +\\d`, 'm'))
    const text = readFileSync(join(place.directory, 'base.json'), 'utf8')
    const document = benchmarkSchema.parse(JSON.parse(text))
    expect(document.turns).toHaveLength(12)
    expect(document.against).toBeNull()
    const schema = JSON.parse(readFileSync('schema/benchmark.schema.json', 'utf8'))
    expect(new Ajv2020({ strict: false, validateFormats: false }).validate(schema, document)).toBe(true)
    const page = readFileSync(join(place.directory, 'page.html'), 'utf8')
    // A dot for each life of both, in each of the six plots.
    expect(page.match(/<circle /g)).toHaveLength(6 * 24)
    expect(page).not.toMatch(/\b(?:src|href)=/)

    const again = await place.run(
      ...['bench', file, ...few, '--baseline', 'base.json', '--reporter', 'json=now.json'],
    )

    expect(again, again.stdout).toMatchObject({ code: 0, stderr: '' })
    expect(again.stdout).toMatch(/^passed {3}nothing became worse beyond the noise/m)
    const { against } = benchmarkSchema.parse(
      JSON.parse(readFileSync(join(place.directory, 'now.json'), 'utf8')),
    )
    expect(against).toMatchObject({ isSameFile: true, sha256: document.file.sha256 })
  })

  test('fails for one that is slower to start, and tells by how much', async ({ place }) => {
    const file = await place.write('backend', serving(100), 0o755)
    expect(await place.run('bench', file, '--runs', '12', '--save', 'base.json')).toMatchObject({ code: 0 })
    await place.write('backend', serving(220), 0o755)

    const { code, stdout } = await place.run('bench', file, '--runs', '12', '--baseline', 'base.json')

    expect(code, stdout).toBe(1)
    expect(stdout).toMatch(/^announced .* \+1\d\d ms \(.*\), \+\d+ ms by the yardstick: worse$/m)
    expect(stdout).toMatch(/^worse {4}2 figures: announced, ready;/m)
  })
})
