import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { test } from '../cli/command.ts'
import { until } from '../life/until.ts'
import {
  expectNothingLeft,
  expectNoVerdict,
  isPossible,
  NEEDS_ROOT,
  soundSidecar,
  type Through,
  withMounts,
} from './surroundings.ts'

const sidecar = soundSidecar()

/** With a small disk where `place` says: a file system in memory, seen by the command alone. */
function withDisk(where: string, options: string, then = 'true'): Through {
  return withMounts(`mkdir -p '${where}' && mount -t tmpfs -o ${options} none '${where}' && ${then}`)
}

/** After the gate, by the same shell: the disk is gone with it. */
function withDiskShown(where: string, options: string): Through {
  const show = `"$@"; code=$?; find '${where}' -mindepth 1 -maxdepth 1; exit $code`
  return ['unshare', '-m', 'sh', '-c', `mount -t tmpfs -o ${options} none '${where}' && { ${show}; }`, 'sh']
}

const CAN_MOUNT = isPossible(withMounts('mount -t tmpfs -o size=16k none /mnt'))

describe('a full disk', () => {
  test.for([
    ['json', '16k'],
    ['html', '256k'],
    ['trace', '16k'],
    ['junit', '4k'],
    ['markdown', '0'],
  ] as const)(
    'where the %s report goes, of %s, costs no verdict, and leaves no half of it',
    async ([reporter, size], { place, skip }) => {
      skip(!CAN_MOUNT, NEEDS_ROOT)
      const disk = join(place.directory, 'disk')
      // A disk of no size has room for a file and for none of its bytes: 4 KiB, which are taken.
      const full = size === '0' ? ` && head -c 4096 /dev/zero > '${disk}/other'` : ''
      const through = withDisk(disk, `size=${size === '0' ? '4k' : size}`, `true${full}`)
      const file = join(disk, 'report')
      const show: Through = ['sh', '-c', '"$@"; code=$?; ls "$0"; exit $code', disk]

      const { code, stdout, stderr } = await place.runWith(
        { through: [...through, ...show] },
        ...['check', sidecar(), '--reporter', `${reporter}=${file}`],
      )

      expect({ code, stderr }).toEqual({
        code: 3,
        stderr: `The ${reporter} report ${file} could not be written: ENOSPC: no space left on device, write\n`,
      })
      expect(stdout).toMatch(/^pass {5}\d+ pass, 0 fail/m)
      expect(stdout).not.toMatch(/^report$/m)
      await expectNothingLeft(place)
    },
  )

  test.for(['16k', '256k'])(
    'where the recording goes, of %s, is told beside each report that met it; replay takes what is left for no recording',
    async (size, { place, skip }) => {
      skip(!CAN_MOUNT, NEEDS_ROOT)
      const disk = join(place.directory, 'disk')
      const [recording, page] = [join(disk, 'recording'), join(disk, 'page.html')]
      const replay: Through = [
        'sh',
        '-c',
        '"$@"; code=$?; "$1" "$2" replay "$0" && echo replayed; exit $code',
        recording,
      ]

      const { code, stdout, stderr } = await place.runWith(
        { through: [...withDisk(disk, `size=${size}`), ...replay] },
        ...['check', sidecar(), '--artifacts', recording, '--reporter', `html=${page}`],
      )

      expect(code).toBe(3)
      expect(stdout).toMatch(/^pass {5}\d+ pass, 0 fail/m)
      expect(stdout).not.toContain('replayed')
      expect(stderr).toContain(
        `The recording ${recording} could not be written: ENOSPC: no space left on device`,
      )
      expect(stderr).toContain(
        `The html report ${page} could not be written: ENOSPC: no space left on device`,
      )
      expect(stderr).toMatch(/recording holds no readable |recording is not whole/)
      await expectNothingLeft(place)
    },
  )

  test.for([
    [
      '16k',
      'size=16k',
      /^The disk of the temporary directory .* is full: .* are left, and a gate needs 1\.0 MiB/,
    ],
    [
      'a few inodes',
      'nr_inodes=20',
      /^The disk of the temporary directory .* is full: .* 19 inodes are left/,
    ],
  ] as const)(
    'of TMPDIR, with %s, is told before anything is launched',
    async ([, options, said], { place, skip }) => {
      skip(!CAN_MOUNT, NEEDS_ROOT)
      const through = [...withDisk(place.temporary, options)]

      await expectNoVerdict(place, await place.runWith({ through }, 'check', sidecar()), said)
      const { code, stderr } = await place.runWith({ through }, 'debug', sidecar())
      expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringMatching(said) })
    },
  )

  test('of TMPDIR that is met half-way is told, and nobody is blamed', async ({ place, skip }) => {
    skip(!CAN_MOUNT, NEEDS_ROOT)
    // Larger than the disk when it is copied to where a user may have it.
    const big = await place.write('big', '', 0o755)
    copyFileSync(sidecar(), big)
    appendFileSync(big, `\n//${'x'.repeat(3 * 1024 * 1024)}`)

    const ran = await place.runWith({ through: withDiskShown(place.temporary, 'size=2m') }, 'check', big)

    await expectNoVerdict(
      place,
      ran,
      /^The disk is full: free some space .*, or name another directory in TMPDIR \(cp: /,
    )
  })
})

test('a directory for the recording that is removed meanwhile is made again', async ({ place }) => {
  const directory = join(place.directory, 'kept')
  const running = place.start(['check', sidecar(), '--artifacts', join(directory, 'recording')])
  await until(() => readdirSync(place.temporary).length > 0, 'the gate has begun')
  rmSync(directory, { recursive: true })

  const { exitCode, stderr } = await running

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(existsSync(join(directory, 'recording/recording.json'))).toBe(true)
  await expectNothingLeft(place)
})

test('a directory for a report that is removed meanwhile costs that report alone', async ({ place }) => {
  const directory = join(place.directory, 'kept')
  mkdirSync(directory)
  const file = join(directory, 'gate.json')
  const running = place.start(['check', sidecar(), '--reporter', `json=${file}`])
  await until(() => readdirSync(place.temporary).length > 0, 'the gate has begun')
  rmSync(directory, { recursive: true })

  const { exitCode, stdout, stderr } = await running

  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr: `The json report ${file} could not be written: ENOENT: no such file or directory, open '${file}'\n`,
  })
  expect(stdout).toMatch(/^pass {5}\d+ pass, 0 fail/m)
  await expectNothingLeft(place)
})
