import { readFileSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { test } from '../cli/command.ts'
import { until } from '../life/until.ts'
import {
  expectNothingLeft,
  expectSound,
  isPossible,
  NEEDS_ROOT,
  soundSidecar,
  type Through,
} from './surroundings.ts'

/*
 * The harness as the first process of a container: it is given every orphan, and reaps none of them, so that each stays
 * as a zombie; and no signal does anything to it that it has no handler for.
 */

const FIRST: Through = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']
const CAN_BE_FIRST = isPossible(FIRST)

const sidecar = soundSidecar()

/** Leaves a child behind at each end, which ends soon: an orphan for whoever is the first process. */
const LEAVES_ORPHANS = (sound: string): string =>
  `#!/bin/sh\n( sleep 0.05 & ) > /dev/null 2>&1\n( ( exit 3 ) & ) > /dev/null 2>&1\nexec '${sound}' "$@"\n`

describe('the first process of a container', () => {
  test('passes a sound sidecar', async ({ place, skip }) => {
    skip(!CAN_BE_FIRST, NEEDS_ROOT)

    await expectSound(place, await place.runWith({ through: FIRST }, 'check', sidecar()))
  })

  test('passes a sidecar whose helpers end as its own zombies', async ({ place, skip }) => {
    skip(!CAN_BE_FIRST, NEEDS_ROOT)
    const file = await place.write('leaves-orphans', LEAVES_ORPHANS(sidecar()), 0o755)

    await expectSound(place, await place.runWith({ through: FIRST }, 'check', file))
  })

  test('fails a sidecar that leaves a process behind, and ends that', async ({ place, skip }) => {
    skip(!CAN_BE_FIRST, NEEDS_ROOT)
    const file = await place.write(
      'leaves-a-child',
      `#!/bin/sh\nsleep 1000 > /dev/null 2>&1 &\nexec '${sidecar()}' "$@"\n`,
      0o755,
    )

    const { code, stdout } = await place.runWith(
      { through: FIRST },
      'check',
      file,
      '--only',
      'stop/no-orphans',
    )

    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('stop/no-orphans') })
    await expectNothingLeft(place)
  })

  test('explains a sound sidecar, and compares it to itself', async ({ place, skip }) => {
    skip(!CAN_BE_FIRST, NEEDS_ROOT)

    for (const args of [
      ['debug', sidecar(), '--once'],
      ['compare', sidecar(), sidecar(), '--only', 'stop/sigterm', '--runs', '10'],
    ]) {
      const { code, stderr } = await place.runWith({ through: FIRST }, ...args)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    }
    await expectNothingLeft(place)
  })

  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'ends on a %s from outside with %i, and all that it had launched with it',
    async ([signal, code], { place, skip }) => {
      skip(!CAN_BE_FIRST, NEEDS_ROOT)
      const running = place.start(['check', sidecar()], { through: FIRST })
      // unshare waits for the first process of the namespace: its only child.
      const first = (): number =>
        Number(readFileSync(`/proc/${running.pid}/task/${running.pid}/children`, 'latin1').trim())
      await until(() => place.leftovers().length > 0 && place.alive().length > 3, 'the gate has begun')

      process.kill(first(), signal)
      const sentAtMs = performance.now()
      const { exitCode, stderr } = await running

      expect({ exitCode, stderr }).toEqual({
        exitCode: code,
        stderr: `\n${signal}: ending what runs; once more ends it at once\n`,
      })
      expect(performance.now() - sentAtMs).toBeLessThan(5_000)
      await expectNothingLeft(place)
    },
  )
})
