import { describe, expect, test } from 'vitest'
import { fails, foundWith, starts } from './starting.ts'

describe('start/any-path', () => {
  const PLACES = {
    1: '/x/my sidecar/backend',
    2: "/x/o'neill/backend",
    3: '/x/Björn-例/backend',
    4: '/x/elsewhere/backend',
  }

  test.each<[readonly (1 | 2 | 3 | 4)[], string]>([
    [[1, 3], 'path-taken-for-url'],
    [[1, 2, 3], 'path-taken-for-url'],
    [[1, 2], 'path-split-by-shell'],
    [[1], 'path-split-by-shell'],
    [[2], 'path-split-by-shell'],
    [[3], 'path-not-decoded'],
    [[], 'path-not-handled'],
    [[1, 2, 3, 4], 'misses-files-beside-it'],
  ])('failing in %j of a space, an apostrophe, a letter, no oddity: %s', (failing, id) => {
    const lives = ([1, 2, 3, 4] as const).map(each => {
      const launch = { file: PLACES[each] }
      return failing.includes(each) ? fails(`odd-path.${each}`, launch) : starts(`odd-path.${each}`, launch)
    })
    expect(foundWith('start/any-path', [fails('odd-path'), ...lives])?.id).toBe(id)
  })

  test.each([
    ["Error: ENOENT: no such file or directory, open '/x/my%20sidecar/data.json'", 'path-taken-for-url'],
    ['sh: 1: Syntax error: Unterminated quoted string', 'path-split-by-shell'],
    ["UnicodeEncodeError: 'ascii' codec can't encode character '\\xf6' in position 3", 'path-not-decoded'],
    ['I cannot work here', 'path-not-handled'],
  ])('where each alone was not tried, "%s" tells: %s', (words, id) => {
    expect(foundWith('start/any-path', [fails('odd-path', {}, words)])?.id).toBe(id)
  })
})

describe('start/read-only-directory', () => {
  test('ready where it may write its working directory: it writes there', () => {
    const lives = [fails('read-only'), starts('read-only.1')]
    expect(foundWith('start/read-only-directory', lives)?.id).toBe('writes-into-working-directory')
  })

  test('not ready there either: it writes beside itself', () => {
    expect(foundWith('start/read-only-directory', [fails('read-only'), fails('read-only.1')])?.id).toBe(
      'writes-beside-itself',
    )
  })
})

describe('start/any-directory', () => {
  test('from / the system says that it may not write', () => {
    const life = fails('from-root', { directory: '/' }, "Error: EACCES: permission denied, mkdir '/logs'")
    expect(foundWith('start/any-directory', [life])?.id).toBe('writes-into-working-directory')
  })

  test('from / for no reason of the system', () => {
    expect(foundWith('start/any-directory', [fails('from-root', { directory: '/' })])?.id).toBe(
      'refuses-root-directory',
    )
  })
})
