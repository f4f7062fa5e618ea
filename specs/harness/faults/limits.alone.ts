import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { type Place, test } from '../cli/command.ts'
import {
  expectNothingLeft,
  expectNoVerdict,
  expectSound,
  isPossible,
  letEverybodyIn,
  NEEDS_ROOT,
  NOBODY_CAN_RUN_IT,
  soundSidecar,
  type Through,
  withLimit,
} from './surroundings.ts'

/*
 * A limit is inherited by the sidecar, and whichever of the two meets it first is chance: before this was refused, a
 * sound sidecar failed with 56 and 72 descriptors, and passed with 64 and 80.
 */

const sidecar = soundSidecar()

/** Node loads TypeScript with 22 descriptors, and crashes without a word with fewer. */
const FEW_DESCRIPTORS = [24, 32, 48, 64, 100, 127]

describe('a limit of open files', () => {
  test.for(FEW_DESCRIPTORS)('of %i is told, and what would be right', async (limit, { place, skip }) => {
    const through = withLimit(`nofile=${limit}`)
    skip(!isPossible(through), 'there is no prlimit')

    const ran = await place.runWith({ through }, 'check', sidecar())

    await expectNoVerdict(
      place,
      ran,
      new RegExp(`No more than ${limit} files may be open .*\\(ulimit -n\\).* need 128 .*raise the limit`),
    )
  })

  test('is told by the other commands that launch', async ({ place, skip }) => {
    const through = withLimit('nofile=64')
    skip(!isPossible(through), 'there is no prlimit')

    for (const args of [
      ['debug', sidecar()],
      ['compare', sidecar(), sidecar()],
    ]) {
      const { code, stderr } = await place.runWith({ through }, ...args)
      expect({ code, stderr }).toEqual({
        code: 3,
        stderr: expect.stringMatching(/^No more than 64 files may be open/m),
      })
    }
    await expectNothingLeft(place)
  })

  test.for([128, 256])('of %i is enough', async (limit, { place, skip }) => {
    const through = withLimit(`nofile=${limit}`)
    skip(!isPossible(through), 'there is no prlimit')

    await expectSound(place, await place.runWith({ through }, 'check', sidecar()))
  })
})

describe('descriptors that run out meanwhile', () => {
  /** Leaves the harness so many of its 128, whatever it does; the sidecar has them all. */
  async function leaving(place: Place, count: number): Promise<Readonly<Record<string, string>>> {
    const file = await place.write(
      'takes.mjs',
      `import { closeSync, openSync } from 'node:fs'
       const taken = []
       try { for (;;) taken.push(openSync('/dev/null')) } catch {}
       for (const descriptor of taken.slice(0, ${count})) closeSync(descriptor)`,
    )
    return { NODE_OPTIONS: `--import=${pathToFileURL(file)}` }
  }

  // The last of them are enough; the first are gone before anything is launched.
  test.for([4, 8, 12, 16, 20, 24, 32, 40, 48, 60])(
    'with %i left are told, or enough, and never a sidecar’s fault',
    async (count, { place, skip }) => {
      const through = withLimit('nofile=128')
      skip(!isPossible(through), 'there is no prlimit')

      const ran = await place.runWith({ through, env: await leaving(place, count) }, 'check', sidecar())

      if (ran.code === 0) return expectSound(place, ran)
      await expectNoVerdict(
        place,
        ran,
        /^This process may have no more (than 128 )?files open at once, and that was not enough: raise the limit \(ulimit -n\) to 1024 or more \(.*EMFILE.*\)\.\n$/m,
      )
    },
  )
})

describe('a limit of processes', () => {
  // Of all its processes together: a user of its own, who has none beside these.
  const uid = 60_000 + (process.pid % 5_000)
  const limited = (limit: number): Through => [
    ...['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'],
    ...withLimit(`nproc=${limit}`),
  ]

  // With 10 or fewer Node itself has no threads, and aborts.
  test.for([12, 16, 24, 40, 64, 100])(
    'of %i is told, and what would be right',
    async (limit, { place, skip }) => {
      skip(!NOBODY_CAN_RUN_IT || !isPossible(limited(limit)), NEEDS_ROOT)
      letEverybodyIn(place)

      const ran = await place.runWith({ through: limited(limit) }, 'check', sidecar())

      await expectNoVerdict(
        place,
        ran,
        new RegExp(
          `no more than ${limit} processes and threads \\(ulimit -u\\), and has \\d+\\. .* 128 more`,
        ),
      )
    },
  )

  test('that leaves enough is none', async ({ place, skip }) => {
    skip(!NOBODY_CAN_RUN_IT || !isPossible(limited(400)), NEEDS_ROOT)
    letEverybodyIn(place)

    await expectSound(place, await place.runWith({ through: limited(400) }, 'check', sidecar()))
  })
})

describe('a limit of processes of the container', () => {
  const CONTROLLER = '/sys/fs/cgroup/pids'
  // Of version 2 no group may be made below one that has processes: containers there are not ours to make.
  const group = `${CONTROLLER}/faults-${process.pid}`
  let isThere = false
  beforeAll(() => {
    try {
      mkdirSync(group)
      isThere = true
    } catch {
      // Nobody but root may, and not everywhere.
    }
  })
  afterAll(() => {
    if (isThere) rmdirSync(group)
  })

  /** The shell moves itself, and becomes what is run. */
  const within: Through = ['sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', group]

  test.for([16, 24, 40, 100])('of %i is told, and what would be right', async (limit, { place, skip }) => {
    skip(!isThere, 'this takes root, and a hierarchy of cgroups of version 1')
    writeFileSync(`${group}/pids.max`, String(limit))

    await expectNoVerdict(
      place,
      await place.runWith({ through: within }, 'check', sidecar()),
      new RegExp(
        `^This container may have no more than ${limit} processes and threads \\(pids\\.max of its cgroup\\), and has \\d+\\. A gate needs 128 more .*--pids-limit`,
      ),
    )
  })

  test('that leaves enough is none', async ({ place, skip }) => {
    skip(!isThere, 'this takes root, and a hierarchy of cgroups of version 1')
    writeFileSync(`${group}/pids.max`, '400')

    await expectSound(place, await place.runWith({ through: within }, 'check', sidecar()))
  })
})

test('a limit of memory that undici cannot load by is the harness’s, and no failed request', async ({
  place,
  skip,
}) => {
  // WebAssembly reserves 10 GiB of addresses where it can, and what is left is not enough for more of them.
  const through = withLimit(`as=${16 * 1024 ** 3}`)
  skip(!isPossible(through), 'there is no prlimit')

  const contract = await place.write('contract.json', JSON.stringify({ budgets: { readyMs: 2_000 } }))

  const ran = await place.runWith({ through }, 'check', sidecar(), '--config', contract)

  // How much is reserved is V8's to choose, and what it does with less.
  if (ran.code === 0) await expectSound(place, ran)
  else
    await expectNoVerdict(place, ran, /^There was not enough memory for the harness itself: raise the limit/)
})
