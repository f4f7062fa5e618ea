import { describe, expect, test } from 'vitest'
import { type HostKind, selectHost } from '../../../harness/host/index.ts'

describe('selectHost', () => {
  test.each([
    ['linux', 'linux'],
    ['darwin', 'posix'],
    ['freebsd', 'posix'],
    ['win32', 'windows'],
  ] as const)('takes on %s the host for %s', (platform, kind) => {
    expect(selectHost('auto', platform).kind).toBe(kind)
    expect(selectHost(undefined, platform).kind).toBe(kind)
  })

  test('can be made to take ps and lsof on Linux', () => {
    expect(selectHost('posix', 'linux').kind).toBe('posix')
  })

  test.each([
    ['linux', 'darwin', "'posix'"],
    ['linux', 'win32', "'windows'"],
    ['posix', 'win32', "'windows'"],
    ['windows', 'linux', "'linux' or 'posix'"],
  ] as [HostKind, NodeJS.Platform, string][])(
    'refuses %s on %s, and names what works',
    (kind, platform, valid) => {
      expect(() => selectHost(kind, platform)).toThrow(
        `a '${kind}' host does not work on ${platform}: take 'auto' or ${valid}`,
      )
    },
  )
})
