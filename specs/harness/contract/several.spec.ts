import { describe, expect, test } from 'vitest'
import { ContractError } from '../../../harness/contract/errors.ts'
import { chooseContracts } from '../../../harness/contract/load.ts'
import { resolveContracts } from '../../../harness/contract/resolve.ts'

const ORIGIN = { file: '/app/sidecar.config.ts', directory: '/app' }

const namesOf = (input: unknown) => resolveContracts(input, ORIGIN).map(({ contract }) => contract.name)

function problemsOf(run: () => unknown): readonly string[] {
  try {
    run()
  } catch (error) {
    if (!(error instanceof ContractError)) throw error
    expect(error.file).toBe('/app/sidecar.config.ts')
    return error.problems.map(({ at, message }) => (at === '' ? message : `${at}: ${message}`))
  }
  return []
}

describe('several contracts in one file', () => {
  test('are a list, each with the name of its binary or one of its own', () => {
    expect(namesOf([{ binary: 'bin/api' }, { name: 'search' }, { binary: 'bin/x', name: 'y' }])).toEqual([
      'api',
      'search',
      'y',
    ])
  })

  test('may be one, in a list or by itself', () => {
    expect(namesOf([{ name: 'a' }])).toEqual(['a'])
    expect(namesOf({ name: 'a' })).toEqual(['a'])
  })

  test('keep to the same directory and file', () => {
    const [one, other] = resolveContracts([{ binary: 'bin/a' }, { binary: '../b' }], ORIGIN)
    expect(one?.contract).toMatchObject({ binary: '/app/bin/a', file: ORIGIN.file })
    expect(other?.contract).toMatchObject({ binary: '/b', file: ORIGIN.file })
  })

  test('are refused with the place of each, all at once', () => {
    const list = [{ name: 'a' }, { name: '', health: { pth: '/x' } }, null, { port: { varable: 'P' } }]
    expect(problemsOf(() => resolveContracts(list, ORIGIN))).toEqual([
      '[1].name: it is empty',
      '[1].health.pth: there is no such key. Did you mean "path"?',
      '[2]: Invalid input: expected object, received null',
      '[3].port.varable: there is no such key. Did you mean "variable"?',
    ])
  })

  test.each([
    [
      'by their names',
      [{ name: 'a' }, { name: 'b' }, { name: 'a' }],
      '[2].name: "a" is the name of [0] already: each needs its own',
    ],
    [
      'by the names of their binaries',
      [{ binary: 'x/api' }, { binary: 'y/api' }],
      '[1].name: "api" is the name of [0] already: each needs its own',
    ],
    ['for want of a name', [{}, {}], '[1].name: "sidecar" is the name of [0] already: each needs its own'],
  ])('are no twins %s', (_how, list, problem) => {
    expect(problemsOf(() => resolveContracts(list, ORIGIN))).toEqual([problem])
  })

  test('are one at least', () => {
    expect(problemsOf(() => resolveContracts([], ORIGIN))).toEqual(['the list holds no contract'])
  })

  test('stand in no list of lists', () => {
    expect(problemsOf(() => resolveContracts([[{ name: 'a' }]], ORIGIN))).toEqual([
      '[0]: Invalid input: expected object, received array',
    ])
  })
})

describe('contracts are chosen', () => {
  const contracts = resolveContracts([{ name: 'api' }, { name: 'search' }, { name: 'tray' }], ORIGIN)
  const choose = (...names: string[]) =>
    chooseContracts(contracts, names).map(({ contract }) => contract.name)

  test('all of them where none is named', () => {
    expect(choose()).toEqual(['api', 'search', 'tray'])
  })

  test('by their names, in the order of the file', () => {
    expect(choose('tray', 'api', 'tray')).toEqual(['api', 'tray'])
  })

  test.each([
    ['serach', 'it holds no contract "serach". Did you mean "search"?'],
    ['xyzzy', 'it holds no contract "xyzzy". Known are: api, search, tray.'],
  ])('and not by %s', (name, problem) => {
    expect(problemsOf(() => choose('api', name))).toEqual([problem])
  })
})
