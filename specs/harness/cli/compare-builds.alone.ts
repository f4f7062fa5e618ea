import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { faults } from '../../../fixtures/faulty/catalogue.ts'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import { hasCompiler, makeNative, NEEDS_COMPILER } from '../../../fixtures/native/make.ts'
import type { ComparisonDocument } from '../../../harness/report/comparison-document.ts'
import { type Place, test } from './command.ts'

/* Builds of one sidecar, each with one thing that is other than before. */

let directory: string
let sound: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'compare-'))
  sound = await makeFaulty('none', directory)
})

afterAll(() => rm(directory, { recursive: true }))

const isPossible = await hasCompiler()

const read = (place: Place, name: string): ComparisonDocument =>
  JSON.parse(readFileSync(join(place.directory, name), 'utf8'))

// One at a time: beside each other they would be the noise that makes them live longer.
describe('compare', () => {
  test('finds nothing where both are one, and says so first', async ({ place, skip }) => {
    skip(!isPossible, NEEDS_COMPILER)
    const file = await makeNative('native-sidecar', join(directory, 'native'))

    const { code, stdout, stderr } = await place.run(
      ...[
        'compare',
        file,
        file,
        '--only',
        'stop,logs',
        '--fail-on',
        'change',
        '--reporter',
        'json=found.json',
      ],
    )

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Both are the same file, byte by byte\.\nold {2}/)
    expect(stdout).toMatch(/^ready +\d.* within the noise$/m)
    expect(stdout).toMatch(/\n\nsame +nothing differs beyond the noise; took \d+/)
    expect(read(place, 'found.json')).toMatchObject({
      ...{ schema: 1, of: 'binaries', sideBySide: true, isSameFile: true, differences: [], notes: [] },
      summary: { regression: 0, improvement: 0, change: 0 },
      old: { verdict: 'pass' },
    })
    expect(place.leftovers()).toEqual([])
  })

  test.for([
    ['second-listener', /^✖ regression {3}a listener on 127\.0\.0\.1:\{any\} is new: in (\d+) of \1 lives$/m],
    ['greets-on-stdout', /^✖ regression {3}".*" on stdout is new: in (\d+) of \1 lives$/m],
    [
      'touches-32mib',
      /^✖ regression {3}memory: 1\.\d MiB → 3\d\.\d MiB resident when ready, more by 3\d\.\d MiB/m,
    ],
    ['exits-1-on-sigterm', /^✖ regression {3}stop\/sigterm: pass → fail: .*code 1/m],
  ] as const)('tells of a build that %s', async ([fault, line], { place, skip }) => {
    skip(!isPossible, NEEDS_COMPILER)
    const old = await makeNative('native-sidecar', join(directory, 'native'))
    const now = await makeNative(fault, join(directory, 'native'))

    const { code, stdout } = await place.run(
      ...['compare', old, now, '--only', 'stop/sigterm', '--runs', '9', '--fail-on', 'regression'],
    )

    expect(code).toBe(1)
    expect(stdout).toMatch(line)
    // Who writes to 32 MiB before it announces itself also starts later.
    const regressions = fault === 'touches-32mib' ? '[123] regressions?' : '1 regression'
    expect(stdout).toMatch(new RegExp(`^differs +${regressions}; took`, 'm'))
  })

  test('tells of one more line on stdout in Markdown, and exits with 0 where nobody asks for more', async ({
    place,
  }) => {
    const fault = faults.find(({ name }) => name === 'banner-on-stdout')
    if (fault === undefined) throw new Error('there is no such fault any more')
    const chatty = await makeFaulty(fault, directory)

    const { code, stdout, stderr } = await place.run(
      ...['compare', sound, chatty, '--only', 'artifact/executable', '--runs', '9', '--reporter', 'markdown'],
    )

    expect(code).toBe(0)
    expect(stdout).toMatch(/^## sound-twin.* → banner-on-stdout.*: 1 regression$/m)
    expect(stdout).toMatch(
      /^### ✖ Regressions\n\n- "faulty-twin 1\.0\.0" on stdout is new: in (\d+) of \1 lives$/m,
    )
    expect(stdout).toMatch(/^\| ready \| \d+ ms .* \| \d+ ms .* \| .* \|$/m)
    // What is for people gives way to what is data.
    expect(stderr).toMatch(/^differs +1 regression; took/m)
  })

  test('keeps the lives of both, which can be compared again without them', async ({ place }) => {
    const args = ['--only', 'stop/sigterm', '--runs', '9']
    const first = await place.run(
      ...['compare', sound, sound, ...args, '--artifacts', 'kept', '--reporter', 'json=first.json'],
    )
    expect(first.code).toBe(0)

    const again = await place.run('compare', 'kept/old', 'kept/new', '--reporter', 'json=again.json')

    expect({ code: again.code, stderr: again.stderr }).toEqual({ code: 0, stderr: '' })
    const [one, other] = [read(place, 'first.json'), read(place, 'again.json')]
    expect(other).toMatchObject({ of: 'recordings', turnsMs: null, sideBySide: true })
    const known = ({ measures, differences, summary, old }: ComparisonDocument) => ({
      ...{ measures, differences, summary, old },
    })
    expect(known(other)).toEqual(known(one))
    // With one that a gate alone has recorded only what both gates did can be compared.
    await place.run('check', sound, '--only', 'stop/sigterm', '--artifacts', 'gate')
    const apart = await place.run('compare', 'kept/old', 'gate')
    expect(apart.stdout).toMatch(/^- note {2}too few lives to tell: 1 that can be compared/m)
    // The gate of each is still what it was.
    expect(await place.run('replay', 'kept')).toMatchObject({ code: 0, stderr: '' })
  })
})
