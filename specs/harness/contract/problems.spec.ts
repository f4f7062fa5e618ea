import { describe, expect, test } from 'vitest'
import { ContractError } from '../../../harness/contract/errors.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { IMPOSSIBLE_VALUES, RIGHT, UNKNOWN_KEYS, WRONG_ALTERNATIVES } from './wrong-contracts.ts'

/** What is said of a contract, the line with its file left out. */
function problemsOf(input: unknown): string {
  try {
    resolveContract(input, { file: '/app/sidecar.config.ts', directory: '/app' })
  } catch (error) {
    if (!(error instanceof ContractError)) throw error
    const [heading, ...lines] = error.message.split('\n')
    expect(heading).toBe('/app/sidecar.config.ts cannot be used:')
    return lines.map(line => line.replace(/^ {2}/, '')).join('\n')
  }
  return ''
}

describe('a key that does not exist', () => {
  test.each(UNKNOWN_KEYS)('in %j is named with its place and the nearest word', (input, message) => {
    expect(problemsOf(input)).toBe(message)
  })
})

describe('a value that cannot be', () => {
  test.each(IMPOSSIBLE_VALUES)('in %j is named with its place', (input, message) => {
    expect(problemsOf(input)).toBe(message)
  })
})

describe('what may be written in several ways', () => {
  test.each(WRONG_ALTERNATIVES)('%j is told with its place', (input, message) => {
    expect(problemsOf(input)).toBe(message)
  })

  test.each(RIGHT)('%j is right', input => {
    expect(problemsOf(input)).toBe('')
  })
})

describe('several problems', () => {
  test('are said at once', () => {
    const input = {
      nmae: 'x',
      announce: 'PORT',
      build: { entry: 'main.ts', outfile: 'x' },
      stop: { signals: ['SIGTRM'] },
      budgets: { readyMs: -1 },
    }
    expect(problemsOf(input).split('\n').sort()).toEqual([
      'announce: "PORT" has no {port}, {url} or {socket}, so nothing could be read from it',
      'budgets.readyMs: Too small: expected number to be >=1',
      'build.outfile: there is no such key. Known are: by, entry.',
      'build: it needs `binary` beside it: the path, without target triple, where the build lands',
      'nmae: there is no such key. Did you mean "name"?',
      'stop.signals.0: "SIGTRM" is no such signal. Did you mean "SIGTERM"?',
    ])
  })

  test('are data too, and name the file', () => {
    const input = { fleet: { instances: 1 } }
    expect.assertions(1)
    try {
      resolveContract(input, { file: '/app/c.json', directory: '/app' })
    } catch (error) {
      expect(error).toMatchObject({
        name: 'ContractError',
        file: '/app/c.json',
        problems: [{ at: 'fleet.instances', message: 'Too small: expected number to be >=2' }],
      })
    }
  })

  test('of no file are those of the contract', () => {
    expect(() => resolveContract({ name: '' }, { file: null, directory: '/' })).toThrow(
      new ContractError(null, [{ at: 'name', message: 'it is empty' }]),
    )
    expect(new ContractError(null, [{ at: '', message: 'm' }]).message).toBe(
      'The contract cannot be used:\n  m',
    )
  })
})
