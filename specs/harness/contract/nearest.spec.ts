import { describe, expect, test } from 'vitest'
import { nearest, suggest } from '../../../harness/text/nearest.ts'

const WORDS = ['announce', 'binary', 'budgets', 'build', 'env', 'name']

describe('the nearest word', () => {
  test.each([
    ['anounce', 'announce'],
    ['Binary', 'binary'],
    ['budget', 'budgets'],
    ['biuld', 'build'],
    ['nme', 'name'],
    ['name', 'name'],
    ['ENV', 'env'],
  ])('to %s is %s', (word, near) => {
    expect(nearest(word, WORDS)).toBe(near)
  })

  test.each(['', 'x', 'announcement port', 'tsenraf'])('to %j is none', word => {
    expect(nearest(word, WORDS)).toBeNull()
  })

  test('is the first of those that are equally near', () => {
    expect(nearest('cat', ['car', 'bat'])).toBe('car')
  })

  test('is suggested, or else all are named', () => {
    expect(suggest('nmae', WORDS)).toBe('Did you mean "name"?')
    expect(suggest('zzzzzzzz', ['a', 'b'])).toBe('Known are: a, b.')
  })
})
