import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { test } from './command.ts'

/* What a bench is refused for, before anything is measured. */

describe('bench', () => {
  test.for([
    {
      args: ['one', 'two'],
      says: 'bench takes one binary, and got 2: one two. Two are put beside each other by compare.',
    },
    {
      args: ['one', '--runs', '3'],
      says: '--runs takes a whole number from 9 to 200, and got "3". Of fewer than 9 lives no difference could be told from chance, however large it is.',
    },
    { args: ['one', '--runs', 'many'], says: '--runs takes a whole number from 9 to 200, and got "many".' },
    {
      args: ['one', '--reporter', 'junit'],
      says: 'A benchmark is told as terminal, json or html, and not as junit.',
    },
    { args: ['one', '--save', ''], says: '--save names no file.' },
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
    const host = { kind: 'linux', os: 'linux', arch: 's390x', node: 'v24.0.0', cpus: 96 }
    const file = { path: '/one', name: 'one', sha256: 'a'.repeat(64), bytes: 1 }
    const startedAt = '2026-01-01T00:00:00.000Z'
    const baseline = { schema: 1, startedAt, host, cpu: 'IBM/S390', file, turns: [] }
    await place.write('base.json', JSON.stringify(baseline))

    const { code, stdout, stderr } = await place.run('bench', 'one', '--baseline', 'base.json')

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/base\.json was measured on another machine/)
    expect(stderr).toContain('there  linux s390x, 96 cores, IBM/S390, Node v24.0.0\n')
  })

  test('measures nothing of what never becomes ready', async ({ place }) => {
    const dead = await place.write('dead', '#!/bin/sh\nexit 1\n', 0o755)

    const { code, stdout, stderr } = await place.run('bench', dead, '--save', 'base.json')

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`There is nothing to measure: ${dead} did not become ready.\n`)
    expect(stderr).toContain(`  sidecar-harness debug ${dead}   says why\n`)
    expect(existsSync(join(place.directory, 'base.json'))).toBe(false)
  })
})
