import { describe, expect, test } from 'vitest'
import { ContractError } from '../../../harness/contract/errors.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { STOP_PLATFORMS, stopOn, stopPlatform } from '../../../harness/contract/stop-here.ts'

type Stop = NonNullable<ContractInput['stop']>

const resolve = (stop: Stop) => resolveContract({ stop }, { file: null, directory: '/' }).contract.stop

function problemsOf(stop: Stop): readonly string[] {
  try {
    resolve(stop)
  } catch (error) {
    if (!(error instanceof ContractError)) throw error
    return error.problems.map(({ at }) => at)
  }
  return []
}

const QUIT = { http: 'POST /quit' }

describe('on a platform', () => {
  const given: Stop = {
    signals: ['SIGTERM'],
    accept: { SIGTERM: [0, 143], requested: [1] },
    slowPath: '/export',
    windows: { signals: [], requests: [QUIT], accept: { requested: [0] } },
    macos: { slowPath: '/slow' },
  }

  test('what is said of that one wins, and the rest stays', () => {
    expect(stopOn('windows', given)).toEqual({
      signals: [],
      requests: [QUIT],
      accept: { SIGTERM: [0, 143], requested: [0] },
      slowPath: '/export',
    })
    expect(stopOn('macos', given)).toEqual({
      signals: ['SIGTERM'],
      accept: { SIGTERM: [0, 143], requested: [1] },
      slowPath: '/slow',
    })
  })

  test.each(['linux', undefined] as const)(
    'of which nothing is said (%s) the common part counts',
    platform => {
      expect(stopOn(platform, given)).toEqual({
        signals: ['SIGTERM'],
        accept: { SIGTERM: [0, 143], requested: [1] },
        slowPath: '/export',
      })
    },
  )

  test('a key that is there and undefined was left out', () => {
    const spread = {
      ...given,
      linux: { signals: undefined, accept: { SIGTERM: undefined } },
    } as unknown as Stop
    expect(stopOn('linux', spread)).toMatchObject({ signals: ['SIGTERM'], accept: { SIGTERM: [0, 143] } })
  })

  test("is known by Node's name of it", () => {
    expect((['win32', 'darwin', 'linux', 'freebsd'] as const).map(stopPlatform)).toEqual([
      ...STOP_PLATFORMS,
      undefined,
    ])
  })
})

test('a contract is completed for the platform that it is read on', () => {
  const here = stopPlatform(process.platform) ?? 'linux'
  const [elsewhere = 'windows'] = STOP_PLATFORMS.filter(each => each !== here)
  const stop = resolve({
    signals: ['SIGINT'],
    [here]: { requests: [{ stdin: 'closed' }] },
    [elsewhere]: { signals: ['SIGTERM'] },
  })
  expect(stop).toMatchObject({ signals: ['SIGINT'], requests: [{ kind: 'stdin-closed' }] })
})

describe('a contradiction is told where it stands:', () => {
  test.each<[string, Stop, readonly string[]]>([
    ['nothing ends it', { signals: [] }, ['stop.signals']],
    ['nothing ends it on one of them', { windows: { signals: [] } }, ['stop.windows.signals']],
    ['nothing ends it on two of them', { signals: [], linux: { requests: [QUIT] } }, ['stop.signals']],
    [
      'its requests are taken away',
      { signals: [], requests: [QUIT], macos: { requests: [] } },
      ['stop.signals'],
    ],
    ['an end that never comes', { signals: ['SIGINT'], accept: { SIGTERM: [0] } }, ['stop.accept.SIGTERM']],
    [
      'an end that never comes on one of them',
      { windows: { signals: ['SIGINT'], accept: { SIGTERM: [0] } } },
      ['stop.windows.accept.SIGTERM'],
    ],
    [
      'an end of a signal that is named for all',
      { signals: ['SIGINT'], macos: { accept: { SIGTERM: [0] } } },
      ['stop.macos.accept.SIGTERM'],
    ],
  ])('%s', (_what, stop, places) => {
    expect(problemsOf(stop)).toEqual(places)
  })

  test.each<[string, Stop]>([
    ['other ways are named for all', { requests: [QUIT], windows: { signals: [] } }],
    ['other ways are named for that one', { windows: { signals: [], requests: [QUIT] } }],
    [
      'an end is heeded elsewhere',
      { accept: { SIGTERM: [0, 143] }, windows: { signals: [], requests: [QUIT] } },
    ],
    [
      'a signal is added there',
      { signals: ['SIGINT'], linux: { signals: ['SIGTERM'], accept: { SIGTERM: [1] } } },
    ],
  ])('none, where %s', (_what, stop) => {
    expect(problemsOf(stop)).toEqual([])
  })
})
