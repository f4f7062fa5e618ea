import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { test } from '../cli/command.ts'
import { until } from '../life/until.ts'
import {
  expectSound,
  isPossible,
  letEverybodyIn,
  NEEDS_ROOT,
  NOBODY,
  NOBODY_CAN_RUN_IT,
  soundSidecar,
  type Through,
} from './surroundings.ts'

const sidecar = soundSidecar()

test('a whole gate is passed by whoever runs these specs', async ({ place }) => {
  await expectSound(place, await place.run('check', sidecar()))
})

test('a whole gate is passed by nobody, called in a directory that nobody may read', async ({
  place,
  skip,
}) => {
  skip(!NOBODY_CAN_RUN_IT, NEEDS_ROOT)
  letEverybodyIn(place)
  mkdirSync(join(place.directory, 'private'))
  chmodSync(join(place.directory, 'private'), 0o700)

  const ran = await place.runWith({ below: 'private', through: NOBODY }, 'check', sidecar())

  await expectSound(place, ran)
})

/** Processes of others are not to be seen: a procfs of its own, in a pid namespace of its own. */
const HIDDEN = (how: string): Through => [
  ...['unshare', '--pid', '--fork', '--kill-child', '-m', 'sh', '-c'],
  `mount -t proc -o hidepid=${how} proc /proc && exec "$@"`,
  'sh',
]

test.for([
  // Of others' processes nothing but that they are there.
  '1',
  // Not even that.
  '2',
])(
  'a whole gate is passed by nobody where others’ processes are hidden (hidepid=%s)',
  async (how, { place, skip }) => {
    skip(!NOBODY_CAN_RUN_IT || !isPossible(HIDDEN(how)), NEEDS_ROOT)
    letEverybodyIn(place)

    const ran = await place.runWith({ through: [...HIDDEN(how), ...NOBODY] }, 'check', sidecar())

    await expectSound(place, ran)
  },
)

test('without procfs it is told that nothing can be seen', async ({ place, skip }) => {
  const through = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /proc && exec "$@"', 'sh']
  skip(!isPossible(through), NEEDS_ROOT)

  const { code, stdout, stderr } = await place.runWith({ through }, 'check', sidecar())

  expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
  expect(stderr).toMatch(/\/proc\b.* cannot be (read|listed)/)
  expect(stderr).not.toContain('    at ')
  await until(() => place.alive().length === 0, 'nothing is left')
})
