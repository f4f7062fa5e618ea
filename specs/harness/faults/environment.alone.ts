import { chmodSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { test } from '../cli/command.ts'
import { NEEDS_SETPRIV, withoutPrivileges } from '../life/privileges.ts'
import { until } from '../life/until.ts'
import { expectNothingLeft, expectNoVerdict, expectSound, soundSidecar } from './surroundings.ts'

/** One clause, where a whole gate would show no more. */
const BRIEFLY = ['--only', 'stop/sigterm,start/any-path']

const sidecar = soundSidecar()

describe.concurrent('an environment', () => {
  test.for([
    ['without HOME', ['-u', 'HOME']],
    ['with a HOME that is not there', ['HOME=/nonexistent']],
    ['without PATH', ['-u', 'PATH']],
    ['with an empty PATH', ['PATH=']],
    ['with a PATH that leads nowhere', ['PATH=/nonexistent']],
    ['with an empty TMPDIR', ['TMPDIR=']],
  ] as const)('%s is enough', async ([, changes], { place }) => {
    const ran = await place.runWith({ through: ['/usr/bin/env', ...changes] }, 'check', sidecar(), ...BRIEFLY)

    await expectSound(place, ran)
  })

  test('that is empty is enough for a whole gate', async ({ place }) => {
    await expectSound(place, await place.runWith({ through: ['/usr/bin/env', '-i'] }, 'check', sidecar()))
  })
})

describe.concurrent('a TMPDIR', () => {
  test.for([
    ['relative', 'below'],
    ['with spaces and letters beyond ASCII', "my files/Björn's 例"],
    ['of a very long path', Array.from({ length: 14 }, () => 'a directory of twenty').join('/')],
  ])('that is %s is used, and left as it was', async ([kind, name = ''], { place }) => {
    const directory = join(place.temporary, name)
    mkdirSync(directory, { recursive: true })
    const env = { TMPDIR: kind === 'relative' ? `tmp/${name}` : directory }

    const { code, stdout, stderr } = await place.runWith({ env }, 'check', sidecar(), ...BRIEFLY)

    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stderr: '' })
    expect(readdirSync(directory)).toEqual([])
  })

  test.for(['check', 'debug'])('that is not there is told by %s', async (command, { place }) => {
    const env = { TMPDIR: join(place.temporary, 'missing') }

    const { code, stderr } = await place.runWith({ env }, command, sidecar())

    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: `Nothing can be made in the temporary directory ${env.TMPDIR} (TMPDIR names it): ENOENT: no such file or directory, statfs '${env.TMPDIR}'. Name one in TMPDIR that is there and can be written.\n`,
    })
    await expectNothingLeft(place)
  })

  test('that is a file is told', async ({ place }) => {
    const env = { TMPDIR: await place.write('file', '') }

    await expectNoVerdict(
      place,
      await place.runWith({ env }, 'check', sidecar()),
      /^Nothing can be made in the temporary directory .*file \(TMPDIR names it\): ENOTDIR/,
    )
  })

  test('that cannot be written is told', async ({ place, skip }) => {
    const through = withoutPrivileges()
    if (through === undefined) return skip(NEEDS_SETPRIV)
    chmodSync(place.temporary, 0o555)

    await expectNoVerdict(
      place,
      await place.runWith({ through }, 'check', sidecar()),
      /^Nothing can be made in the temporary directory .* \(TMPDIR names it\): EACCES: permission denied, mkdir .*\. Name one in TMPDIR/,
    )
  })

  test('that is relative is cleared away, too, when the harness is killed', async ({ place }) => {
    mkdirSync(join(place.temporary, 'below'))
    const running = place.start(['check', sidecar()], { env: { TMPDIR: 'tmp/below' } })
    const below = () => readdirSync(join(place.temporary, 'below'))
    await until(() => below().length > 0, 'the gate has begun')

    running.kill('SIGKILL')
    await running

    await until(() => below().length + place.alive().length === 0, 'the reaper has been here')
  })
})

describe('a current directory that was removed', () => {
  test.for([
    ['check', true],
    ['debug', true],
    ['compare', true],
    ['build', false],
    ['init', false],
  ] as const)('is told by %s', async ([command, takesBinary], { place }) => {
    mkdirSync(join(place.directory, 'gone'))
    const through = ['/bin/sh', '-c', 'cd gone && rmdir ../gone && exec "$@"', 'sh']
    const binaries = command === 'compare' ? [sidecar(), sidecar()] : [sidecar()]

    const ran = await place.runWith({ through }, command, ...(takesBinary ? binaries : []))

    await expectNoVerdict(
      place,
      ran,
      /^The current directory is not there any more: change to one that is\.\n$/,
    )
  })

  test('keeps nobody from what needs none', async ({ place }) => {
    mkdirSync(join(place.directory, 'gone'))
    const through = ['/bin/sh', '-c', 'cd gone && rmdir ../gone && exec "$@"', 'sh']

    const { code, stdout } = await place.runWith({ through }, '--version')

    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+/) })
  })
})
