import { existsSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { readXml } from '../report/xml.ts'
import { type Place, test } from './command.ts'

/* Where reports go: files, streams, GitHub. What stands in them is told of in specs/harness/report. */

/** Not launched, so that its gate takes no time. */
const prepare = (place: Place) => place.write('empty', '', 0o755)

const read = (place: Place, name: string) => readFileSync(join(place.directory, name), 'utf8')

describe.concurrent('reports', () => {
  test('are all written, each where it shall, and people read theirs on stdout', async ({ place }) => {
    await prepare(place)

    const { code, stdout, stderr } = await place.run(
      ...['check', 'empty', '--reporter', 'json=gate.json', '--reporter', 'junit=gate.xml'],
      ...[
        '--reporter',
        'markdown=gate.md',
        '--reporter',
        'terminal=gate.txt',
        '--reporter',
        'github=gate.log',
      ],
    )

    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: '' })
    expect(JSON.parse(read(place, 'gate.json'))).toMatchObject({ schema: 1, verdict: 'fail' })
    expect(readXml(read(place, 'gate.xml'))).toMatchObject({ attributes: { failures: '1' } })
    expect(read(place, 'gate.md')).toMatch(/^## ✖ sidecar: fail\n/)
    expect(read(place, 'gate.txt')).toMatch(/^fail {5}/m)
    expect(read(place, 'gate.log')).toMatch(/^::error title=sidecar%3A artifact\/native-format::/)
  })

  test.for(['json', 'junit', 'markdown', 'html', 'trace'])(
    '%s is alone on stdout, and people read theirs on stderr',
    async (reporter, { place }) => {
      await prepare(place)

      const { code, stdout, stderr } = await place.run('check', 'empty', '--reporter', reporter)

      expect(code).toBe(1)
      expect(stdout).toMatch(/^(\{|<\?xml|## |<!doctype html>)/)
      expect(stdout).not.toMatch(/^fail {5}/m)
      expect(stderr).toMatch(/^sidecar: empty\n[\s\S]*\nfail {5}.*\n$/)
    },
  )

  test('of an older gate are gone where this one does not come to its end', async ({ place }) => {
    await prepare(place)
    await place.write('gate.xml', 'an older one')

    const { code } = await place.run('check', 'not-there', '--reporter', 'junit=gate.xml')

    expect(code).toBe(2)
    expect(existsSync(join(place.directory, 'gate.xml'))).toBe(false)
  })
})

describe.concurrent('in GitHub Actions', () => {
  const env = { GITHUB_ACTIONS: 'true' }

  test('there are annotations by themselves, and the outcome stands last', async ({ place }) => {
    await prepare(place)

    const { code, stdout, stderr } = await place.runWith({ env }, 'check', 'empty')

    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout.match(/^::.*$/gm)).toEqual([
      expect.stringMatching(/^::error title=sidecar%3A artifact\/native-format::/),
      expect.stringMatching(/^::warning title=sidecar%3A artifact\/triple-name::/),
    ])
    expect(stdout).toMatch(/^fail {5}.*\n$/m)
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^fail {5}/)
  })

  test('the summary of the step gets the verdict, behind what is there', async ({ place }) => {
    await prepare(place)
    const summary = await place.write('summary.md', '# of another tool\n')

    const { code } = await place.runWith({ env: { ...env, GITHUB_STEP_SUMMARY: summary } }, 'check', 'empty')

    expect(code).toBe(1)
    expect(read(place, 'summary.md')).toMatch(/^# of another tool\n## ✖ sidecar: fail\n/)
  })

  test('annotations leave stdout to data', async ({ place }) => {
    await prepare(place)

    const { stdout, stderr } = await place.runWith({ env }, 'check', 'empty', '--reporter', 'json')

    expect(JSON.parse(stdout)).toMatchObject({ schema: 1 })
    expect(stderr).toMatch(/^::error title=/m)
  })

  test('a list is a list', async ({ place }) => {
    expect(await place.runWith({ env }, 'check', '--list')).toMatchObject({ code: 0, stderr: '' })
  })

  test('elsewhere there are none, unless they are asked for', async ({ place }) => {
    await prepare(place)
    expect((await place.run('check', 'empty')).stdout).not.toContain('::')
    expect((await place.run('check', 'empty', '--reporter', 'github')).stdout).toMatch(/^::error /m)
  })
})

describe.concurrent('a report that cannot be written when it is time', () => {
  test('is told of with 3, by its name, and the others are written all the same', async ({ place }) => {
    // While it is judged it takes away where its reports would go.
    const sidecar = await place.write(
      'sidecar',
      `#!/bin/sh\nrm -rf '${place.directory}/out' '${place.directory}/kept'\n: > '${place.directory}/kept'\nexit 1\n`,
      0o755,
    )
    await mkdir(join(place.directory, 'out'))

    const { code, stdout, stderr } = await place.runWith(
      { env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(place.directory, 'out/summary.md') } },
      ...['check', sidecar, '--only', 'start/within-budget', '--artifacts', 'kept'],
      ...['--reporter', 'junit=out/gate.xml', '--reporter', 'json=gate.json'],
    )

    expect(code).toBe(3)
    const told = stderr.replaceAll(place.directory, '@').split('\n')
    expect(told).toEqual([
      expect.stringMatching(/^The recording @\/kept could not be written: E(EXIST|NOTDIR): /),
      "The junit report @/out/gate.xml could not be written: ENOENT: no such file or directory, open '@/out/gate.xml'",
      "The step summary @/out/summary.md could not be written: ENOENT: no such file or directory, open '@/out/summary.md'",
      '',
    ])
    expect(JSON.parse(read(place, 'gate.json'))).toMatchObject({ verdict: 'fail' })
    expect(stdout).toMatch(/^fail {5}/m)
    expect(place.leftovers()).toEqual([])
  })
})
