import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { type Place, test } from './command.ts'

/* What a bench is refused for, before anything is measured. */

const DEAD = '#!/bin/sh\nexit 1\n'

/** A baseline of another machine, of a file with this content. */
function elsewhere(path: string, content: string, turns: readonly unknown[] = []): string {
  const host = { kind: 'linux', os: 'linux', arch: 's390x', node: 'v24.0.0', cpus: 96 }
  const sha256 = createHash('sha256').update(content).digest('hex')
  const file = { path, name: 'one', sha256, bytes: Buffer.byteLength(content) }
  const startedAt = '2026-01-01T00:00:00.000Z'
  return JSON.stringify({ schema: 1, startedAt, host, cpu: 'IBM/S390', file, turns })
}

const serving = (place: Place) =>
  place.write(
    'serving',
    `#!${process.execPath}
    const body = () => JSON.stringify({ status: 'ok', app: 'a', timestamp: new Date(), uptime: 0.1 })
    const headers = { 'content-type': 'application/json' }
    const server = require('node:http').createServer((_, response) => response.writeHead(200, headers).end(body()))
    process.on('SIGTERM', () => process.exit())
    server.listen(0, '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port))\n`,
    0o755,
  )

describe('bench', () => {
  test.for([
    {
      args: ['one', 'two'],
      says: 'bench takes one binary, and got 2: one two. Two are put beside each other by compare.',
    },
    {
      args: ['one', '--runs', '3'],
      says: '--runs takes a whole number from 16 to 200, and got "3". Of fewer than 16 lives no difference could be told from chance, however large it is.',
    },
    { args: ['one', '--runs', 'many'], says: '--runs takes a whole number from 16 to 200, and got "many".' },
    {
      args: ['one', '--reporter', 'junit'],
      says: 'A benchmark is told as terminal, json or html, and not as junit.',
    },
    { args: ['one', '--save', ''], says: '--save names no file.' },
    {
      args: ['one', '--with-binary'],
      says: '--with-binary keeps the binary beside what --save FILE writes, and there is no --save.',
    },
    { args: [''], says: 'The binary to measure has an empty name.' },
    { args: ['one', '--basline', 'x'], says: 'There is no option --basline. Did you mean "--baseline"?' },
    { args: ['gone'], says: /gone/ },
    { args: [], says: /^Nothing to bench: no binary is named, and there is no sidecar\.config\.ts/ },
  ])('refuses $args', async ({ args, says }, { place }) => {
    const { code, stdout, stderr } = await place.run('bench', ...args)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    if (typeof says === 'string') expect(stderr).toContain(`${says}\n`)
    else expect(stderr).toMatch(says)
  })

  test.for([
    { what: 'is not there', content: null, says: 'is not there.' },
    { what: 'is no JSON', content: '{', says: 'is no JSON: ' },
    { what: 'is of another schema', content: '{"schema":7}', says: 'is of schema 7; this version reads 1.' },
    { what: 'is something else', content: '{"name":"a"}', says: 'is no benchmark: schema: ' },
  ])('says that a baseline $what, and how to make one', async ({ content, says }, { place }) => {
    if (content !== null) await place.write('base.json', content)

    const { code, stdout, stderr } = await place.run('bench', 'one', '--baseline', 'base.json')

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`base.json ${says}`)
    expect(stderr).toMatch(/Make one with: sidecar-harness bench BINARY --save \S+base\.json$/m)
  })

  test('does not judge by what was measured on another machine', async ({ place }) => {
    await place.write('base.json', elsewhere('/one', 'what is gone'))

    const { code, stdout, stderr } = await place.run('bench', 'one', '--baseline', 'base.json')

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/base\.json was measured on another machine/)
    expect(stderr).toContain('there  linux s390x, 96 cores, IBM/S390, Node v24.0.0\n')
  })

  test.for([
    {
      what: 'is another',
      content: 'what somebody put there',
      mode: 0o755,
      says: /base\.json\.binary is not the same file any more\./,
    },
    { what: 'may not run', content: DEAD, mode: 0o644, says: /base\.json\.binary may not be executed/ },
  ])('refuses a binary beside the baseline that $what', async ({ content, mode, says }, { place }) => {
    // The one that the baseline names would do, and may not hide that the one beside it does not.
    const there = await place.write('there', DEAD, 0o755)
    await place.write('base.json', elsewhere(there, DEAD))
    await place.write('base.json.binary', content, mode)

    const { code, stdout, stderr } = await place.run('bench', there, '--baseline', 'base.json')

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(says)
    expect(stderr).toMatch(/Remove that to have the baseline held by the yardstick\./)
  })

  test('says that a baseline without yardsticks needs its binary', async ({ place }) => {
    const sample = {
      ...{ announcedMs: 1, readyMs: 2, healthMs: 1, slowHealthMs: 1 },
      ...{ requestsPerSecond: 9, stopMs: 1, residentBytes: 1 },
    }
    const turns = [{ sidecar: sample, yardstick: null, before: sample }]
    await place.write('base.json', elsewhere('/one', DEAD, turns))

    const { code, stderr } = await place.run('bench', 'one', '--baseline', 'base.json')

    expect(code).toBe(2)
    expect(stderr).toContain(
      'base.json can be held only by turns with its binary: /one is gone, and no yardstick',
    )
  })

  test('blames the older binary, and not the new one, where that does not become ready', async ({
    place,
  }) => {
    await place.write('base.json', elsewhere('/one', DEAD))
    const older = await place.write('base.json.binary', DEAD, 0o755)
    const now = await serving(place)

    const { code, stdout, stderr } = await place.run('bench', now, '--baseline', 'base.json')

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toContain(`The baseline's binary, ${older}, did not become ready here, while ${now} did`)
    expect(stderr).toContain(`  sidecar-harness debug ${older}   says why\n`)
  })

  test('does not keep a binary that needs files beside it', async ({ place }) => {
    const now = await serving(place)
    await place.write('sidecar.config.json', JSON.stringify({ files: ['lib/native.node'] }))

    const { code, stdout, stderr } = await place.run('bench', now, '--save', 'base.json', '--with-binary')

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('names files that have to be beside it: lib/native.node.')
  })

  test('does not leave the binary of another baseline beside new figures', async ({ place }) => {
    const other = await place.write('base.json.binary', DEAD, 0o755)

    const { code, stderr } = await place.run('bench', await serving(place), '--save', 'base.json')

    expect(code).toBe(2)
    expect(stderr).toContain(`would leave ${other} beside figures that are not its own.`)
    expect(readFileSync(other, 'utf8')).toBe(DEAD)
  })

  test('measures nothing of what never becomes ready', async ({ place }) => {
    const dead = await place.write('dead', DEAD, 0o755)

    const { code, stdout, stderr } = await place.run('bench', dead, '--save', 'base.json')

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`There is nothing to measure: ${dead} did not become ready.\n`)
    expect(stderr).toContain(`  sidecar-harness debug ${dead}   says why\n`)
    expect(existsSync(join(place.directory, 'base.json'))).toBe(false)
  })
})
