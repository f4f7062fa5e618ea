import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { type Place, test } from '../cli/command.ts'
import {
  expectNothingLeft,
  expectNoVerdict,
  expectSound,
  isPossible,
  NEEDS_ROOT,
  soundSidecar,
  type Through,
  withMounts,
} from './surroundings.ts'

/* What is called ps and lsof may be anything: what comes first in the PATH is asked. */

const sidecar = soundSidecar()

const WAYS = {
  hangs: 'exec sleep 1000',
  'hangs, and so does what it has started': 'sleep 1000',
  'prints rubbish': String.raw`printf '\033[2J\001\377 what?\n'; head -c 3000 /dev/urandom`,
  'fails with a word': 'echo "no way" >&2; exit 7',
  'fails without a word': 'exit 1',
  'shows nothing': 'exit 0',
} as const

type Way = keyof typeof WAYS

/** A program of that name before all others; the sidecar is launched with a PATH of its own. */
async function replace(place: Place, tool: string, way: Way): Promise<Readonly<Record<string, string>>> {
  mkdirSync(join(place.directory, 'tools'))
  await place.write(`tools/${tool}`, `#!/bin/sh\n${WAYS[way]}\n`, 0o755)
  return { PATH: `${join(place.directory, 'tools')}:${process.env.PATH}` }
}

function pathOf(tool: string): string {
  return spawnSync('/bin/sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim()
}

/** With such tools hidden, wherever they are. */
function without(...tools: string[]): Through {
  const hide = tools
    .map(pathOf)
    .filter(path => path !== '')
    .map(path => `mount --bind /dev/null '${path}'`)
  return withMounts(hide.join(' && ') || 'true')
}

const HAS_BOTH = ['ps', 'lsof'].every(tool => existsSync(pathOf(tool)))
const NEEDS_BOTH = 'ps or lsof is missing'

test('where there is neither ps nor lsof, /proc is enough', async ({ place, skip }) => {
  skip(!isPossible(without('ps', 'lsof')), NEEDS_ROOT)

  const ran = await place.runWith({ through: without('ps', 'lsof') }, 'check', sidecar(), '--host', 'linux')

  await expectSound(place, ran)
})

test.for(['ps', 'lsof'])('a %s that hangs is not asked where there is /proc', async (tool, { place }) => {
  const env = await replace(place, tool, 'hangs')

  await expectSound(place, await place.runWith({ env }, 'check', sidecar(), '--host', 'linux'))
})

describe('a ps that', () => {
  test.for([
    ['hangs', /^ps gave no answer within (10000|1000) ms\n$/],
    ['hangs, and so does what it has started', /^ps gave no answer within (10000|1000) ms\n$/],
    ['prints rubbish', /^ps printed a line that cannot be read: .*\n$/],
    ['fails with a word', /^ps exited with 7: no way\n$/],
    ['fails without a word', /^ps exited with 1, and said nothing\n$/],
    ['shows nothing', /^ps listed 0 processes, and not the one that asked\n$/],
  ] as const)('%s is told', async ([way, said], { place, skip }) => {
    skip(!HAS_BOTH, NEEDS_BOTH)
    const env = await replace(place, 'ps', way)

    const ran = await place.runWith({ env }, 'check', sidecar(), '--host', 'posix')

    expect(ran.stderr).toMatch(said)
    // None of what a terminal would obey.
    expect(ran.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/)
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 3, stdout: '' })
    // What the tool itself has started is nobody's of ours.
    if (way !== 'hangs, and so does what it has started') await expectNothingLeft(place)
  })
})

describe('a lsof that', () => {
  test.for([
    ['hangs', 'gave no answer within 10000 ms'],
    ['prints rubbish', 'printed a line that cannot be read'],
    ['fails with a word', 'exited with 7: no way'],
    ['fails without a word', 'shows no listening socket, not even one that is there'],
    ['shows nothing', 'shows no listening socket, not even one that is there'],
  ] as const)(
    '%s leaves the clauses skipped that need it, and passes none of them',
    async ([way, said], { place, skip }) => {
      skip(!HAS_BOTH, NEEDS_BOTH)
      const env = await replace(place, 'lsof', way)

      const { code, stdout, stderr } = await place.runWith({ env }, 'check', sidecar(), '--host', 'posix')

      expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(
        new RegExp(
          `^- skipped {2}3 clauses \\(announce 1, net 2\\): who listens could not be seen: lsof ${said}`,
          'm',
        ),
      )
      await expectNothingLeft(place)
    },
  )

  test('is missing leaves them skipped, too, with where to get it', async ({ place, skip }) => {
    skip(!HAS_BOTH || !isPossible(without('lsof')), NEEDS_ROOT)

    const { code, stdout } = await place.runWith(
      { through: without('lsof') },
      ...['check', sidecar(), '--host', 'posix'],
    )

    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^- skipped {2}3 clauses \(announce 1, net 2\): .*: lsof is needed to look at processes and cannot be found: .*apt install lsof/m,
    )
    await expectNothingLeft(place)
  })
})

test('debug needs no ps where there is /proc; check --host posix says that it does', async ({
  place,
  skip,
}) => {
  skip(!isPossible(without('ps')), NEEDS_ROOT)

  const ran = await place.runWith({ through: without('ps', 'lsof') }, 'debug', sidecar(), '--once')

  expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' })
  await expectNoVerdict(
    place,
    await place.runWith({ through: without('ps') }, 'check', sidecar(), '--host', 'posix'),
    /^ps is needed to look at processes and cannot be found: .*apt install procps/,
  )
})
