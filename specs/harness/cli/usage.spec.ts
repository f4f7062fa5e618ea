import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { hostTriple } from '../../../harness/build/build.ts'
import { CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'
import { type Place, test } from './command.ts'

/** What can be said wrongly, and what is answered. A path in the answer is written from the place's directory. */
interface Mistake {
  readonly what: string
  readonly args: readonly string[]
  readonly answer: string
  /** Beyond those of every run. */
  readonly env?: Readonly<Record<string, string>>
  prepare?(place: Place): Promise<unknown>
}

const PATHS: readonly Mistake[] = [
  {
    what: 'a path that does not exist, beside one that is nearly the same',
    args: ['check', 'sidecra'],
    answer: '@/sidecra does not exist. Did you mean @/sidecar?',
  },
  {
    what: 'a path without the target triple',
    args: ['check', 'backend'],
    answer: '@/backend does not exist. Did you mean @/backend-x86_64-unknown-linux-gnu?',
    prepare: place => place.write('backend-x86_64-unknown-linux-gnu', ''),
  },
  {
    what: 'a path that is like nothing there',
    args: ['check', 'something-else'],
    answer: '@/something-else does not exist.',
  },
  {
    what: 'a path in a directory that does not exist',
    args: ['check', 'dist/sidecar'],
    answer: '@/dist/sidecar does not exist: there is no directory @/dist.',
  },
  {
    what: 'a directory',
    args: ['check', 'tmp'],
    answer: '@/tmp is a directory. Give the path of the executable inside it.',
  },
  {
    what: 'a directory with one executable in it',
    args: ['check', '.'],
    answer: '@ is a directory. Did you mean @/sidecar?',
  },
  {
    what: 'a path that looks like an option',
    args: ['check', '--', '--port'],
    answer: '@/--port does not exist.',
  },
]

const NOWHERE = 'there is no sidecar.config.ts (or .mts, .js, .mjs, .json) in @ or above'

const WORDS: readonly Mistake[] = [
  {
    what: 'an unknown option',
    args: ['check', 'sidecar', '--reportr', 'json'],
    answer: 'There is no option --reportr. Did you mean "--reporter"?',
  },
  {
    what: 'an unknown option like no other',
    args: ['check', 'sidecar', '--xyzzyxyzzy'],
    answer:
      'There is no option --xyzzyxyzzy. Known are: --config, --sidecar, --target, --list, --only, --skip, --enable, --inside, --strict, --time-scale, --reporter, --verbose, --artifacts, --host, --help.',
  },
  {
    what: 'an option without its value',
    args: ['check', 'sidecar', '--config'],
    answer: "Option '--config <value>' argument missing",
  },
  {
    what: 'an unknown command',
    args: ['chekc', 'sidecar'],
    answer: 'There is no command "chekc". Did you mean "check"?',
  },
  {
    what: 'a command by a name that every object has',
    args: ['constructor', 'sidecar'],
    answer:
      'There is no command "constructor". Known are: check, debug, replay, compare, bench, inspect, build, init.',
  },
  {
    what: 'an unknown reporter',
    args: ['check', 'sidecar', '--reporter', 'jsno'],
    answer: 'There is no reporter "jsno". Did you mean "json"?',
  },
  {
    what: 'an unknown host',
    args: ['check', 'sidecar', '--host', 'mars'],
    answer: "--host: a 'mars' host does not work on linux: take 'auto' or 'linux' or 'posix'",
  },
  {
    what: 'an unknown reporter like no other',
    args: ['check', 'sidecar', '--reporter', 'xyzzyxyzzy'],
    answer:
      'There is no reporter "xyzzyxyzzy". Known are: terminal, github, json, junit, markdown, html, trace.',
  },
  {
    what: 'a list as what it is never told as',
    args: ['check', '--list', '--reporter', 'junit'],
    answer: '--list is told as terminal or as json, not as junit.',
  },
  {
    what: 'no binary, and no contract from here up',
    args: ['check'],
    answer:
      `Nothing to check: no binary is named, and ${NOWHERE}.\n` +
      '  sidecar-harness check path/to/binary   judges it by the default contract\n' +
      '  sidecar-harness check --config FILE    judges what a contract file names\n' +
      '  sidecar-harness init                   writes a contract file for this project',
  },
  {
    what: 'a binary that has no name, as of a variable that nobody set',
    args: ['check', ''],
    answer: 'The binary to check has an empty name.',
  },
  {
    what: 'two binaries',
    args: ['check', 'sidecar', 'tmp'],
    answer: 'check takes one binary, and got 2: sidecar tmp',
  },
  {
    what: 'a build of nothing',
    args: ['build'],
    answer: `Nothing to build: ${NOWHERE}. Name a contract with --config FILE; \`sidecar-harness init\` writes one.`,
  },
  {
    what: 'a build of a file',
    args: ['build', 'sidecar'],
    answer: 'build takes no file: sidecar',
  },
]

const GROUPS =
  'The groups are artifact, start, announce, port, net, logs, health, stop, fleet, resources; `sidecar-harness check --list` shows every clause.'

const SELECTIONS: readonly Mistake[] = [
  {
    what: 'a group',
    args: ['check', 'sidecar', '--only', 'stpo'],
    answer: 'only: no clause fits "stpo". Did you mean "stop"?',
  },
  {
    what: 'one of several',
    args: ['check', 'sidecar', '--only', 'stop,prot/*'],
    answer: 'only: no clause fits "prot/*". Did you mean "port/*"?',
  },
  {
    what: 'what nobody set',
    args: ['check', 'sidecar', '--only', ''],
    answer: `only: no clause fits "". ${GROUPS}`,
  },
  {
    what: 'what is left out',
    args: ['check', 'sidecar', '--skip', 'stop/sigtrm'],
    answer: 'skip: no clause fits "stop/sigtrm". Did you mean "stop/sigterm"?',
  },
  {
    what: 'a may',
    args: ['check', 'sidecar', '--enable', 'net/foreign-hots'],
    answer: 'enable: no clause fits "net/foreign-hots". Did you mean "net/foreign-host-refused"?',
  },
  {
    what: 'mays that are not enabled',
    args: ['check', 'sidecar', '--only', 'logs/*ed-*'],
    answer:
      'only: "logs/*ed-*" fits only what this contract does not enable: logs/closed-pipes, logs/undrained-stderr. Name it whole, or enable it.',
  },
  {
    what: 'in a list',
    args: ['check', '--list', '--only', 'stpo'],
    answer: 'only: no clause fits "stpo". Did you mean "stop"?',
  },
  {
    what: 'of which nothing is left',
    args: ['check', 'sidecar', '--only', 'stop', '--skip', 'stop/*'],
    answer: 'No clause was selected, so there is nothing to judge.',
  },
  {
    what: 'before anything is built',
    args: ['check', '--config', 'contract.json', '--only', 'stpo'],
    answer: 'only: no clause fits "stpo". Did you mean "stop"?',
    prepare: place =>
      place.write('contract.json', '{ "binary": "out/backend", "build": { "entry": "sidecar" } }'),
  },
  ...['0', '0.09', '101', '-1', 'Infinity', 'twice', ''].map(scale => ({
    what: `a time scale of "${scale}"`,
    args: ['check', 'sidecar', `--time-scale=${scale}`],
    answer: `--time-scale takes a number from 0.1 to 100, and got "${scale}".`,
  })),
]

const PLACES: readonly Mistake[] = [
  {
    what: 'a report where nothing can be made',
    args: ['check', 'sidecar', '--reporter', 'junit=/proc/gate.xml'],
    answer:
      "--reporter junit=/proc/gate.xml cannot be written: ENOENT: no such file or directory, open '/proc/gate.xml'",
  },
  {
    what: 'two reports in one file',
    args: ['check', 'sidecar', '--reporter', 'json=gate', '--reporter', 'junit=./gate'],
    answer: '--reporter: two reports cannot both be written to @/gate',
  },
  {
    what: 'two reports for machines on stdout',
    args: ['check', 'sidecar', '--reporter', 'json', '--reporter', 'junit'],
    answer: 'Two reports on stdout would run into each other: give all but one a file, as in json=FILE.',
  },
  {
    what: 'a report in a directory that is not there',
    args: ['check', 'sidecar', '--reporter', 'json=reports/gate.json'],
    answer: '--reporter json=@/reports/gate.json: the directory @/reports is not there, or cannot be written',
  },
  {
    what: 'a report that would be a directory',
    args: ['check', 'sidecar', '--reporter', 'json=tmp'],
    answer: '--reporter json=@/tmp is a directory',
  },
  {
    what: 'a report in no file',
    args: ['check', 'sidecar', '--reporter', 'json='],
    answer: '--reporter json= names no file after the "="',
  },
  {
    what: 'recordings where a file is in the way',
    args: ['check', 'sidecar', '--artifacts', 'sidecar/recording'],
    answer:
      "--artifacts @/sidecar/recording cannot be written: ENOTDIR: not a directory, mkdir '@/sidecar/recording'",
  },
  {
    what: 'recordings where nothing can be made',
    args: ['check', 'sidecar', '--artifacts', '/proc/recording'],
    answer:
      "--artifacts /proc/recording cannot be written: ENOENT: no such file or directory, mkdir '/proc/recording'",
  },
]

const CONTRACTS: readonly Mistake[] = [
  {
    what: 'a preset that is none',
    args: ['check', 'sidecar', '--config', 'contract.json'],
    answer: '@/contract.json cannot be used:\n  preset: "tuari" is no such preset. Did you mean "tauri"?',
    prepare: place => place.write('contract.json', '{ "preset": "tuari" }'),
  },
  {
    what: 'a broken contract that was found, and not named',
    args: ['check', 'sidecar'],
    answer: '@/sidecar.config.json cannot be used:\n  healt: there is no such key. Did you mean "health"?',
    prepare: place => place.write('sidecar.config.json', '{ "healt": {} }'),
  },
  {
    what: 'a contract that is not there',
    args: ['check', 'sidecar', '--config', 'sidecar.config.ts'],
    answer: '@/sidecar.config.ts cannot be used:\n  there is no such file',
  },
  {
    what: 'a contract with words that are nearly right, all of which are named',
    args: ['check', 'sidecar', '--config', 'contract.json'],
    answer:
      '@/contract.json cannot be used:\n' +
      '  budgets.readyMS: there is no such key. Did you mean "readyMs"?\n' +
      '  healt: there is no such key. Did you mean "health"?',
    prepare: place => place.write('contract.json', '{ "healt": {}, "budgets": { "readyMS": 1000 } }'),
  },
  {
    what: 'a contract that announces no port',
    args: ['check', 'sidecar', '--config', 'contract.json'],
    answer:
      '@/contract.json cannot be used:\n  announce: "READY" has no {port}, {url} or {socket}, so nothing could be read from it',
    prepare: place => place.write('contract.json', '{ "announce": "READY" }'),
  },
  {
    what: 'a contract with a waiver that gives no reason, and one of a clause that is none',
    args: ['check', 'sidecar', '--config', 'contract.json'],
    answer:
      '@/contract.json cannot be used:\n' +
      '  waive.stop/sigint: a reason is required\n' +
      '  waive.stop/sigtrem: there is no such clause. Did you mean "stop/sigterm"?',
    prepare: place =>
      place.write('contract.json', '{ "waive": { "stop/sigint": "", "stop/sigtrem": "it dies of it" } }'),
  },
  {
    what: 'a contract with a level that is none',
    args: ['check', '--list', '--config', 'contract.json'],
    answer: '@/contract.json cannot be used:\n  levels.stop/hangup: "mus" is no level. Did you mean "must"?',
    prepare: place => place.write('contract.json', '{ "levels": { "stop/hangup": "mus" } }'),
  },
  {
    what: 'a contract that turns every clause off that is asked for',
    args: ['check', 'sidecar', '--config', 'contract.json', '--skip', '!(stop)'],
    answer: 'No clause was selected, so there is nothing to judge.',
    prepare: place => {
      const ids = CLAUSE_IDS.filter(id => id.startsWith('stop/'))
      return place.write(
        'contract.json',
        JSON.stringify({ levels: Object.fromEntries(ids.map(id => [id, 'may'])) }),
      )
    },
  },
  {
    what: 'a contract with no binary, and none beside it',
    args: ['check', '--config', 'contract.json'],
    answer:
      '@/contract.json cannot be used:\n  binary: no binary is named, here or by the caller, so there is nothing to judge',
    prepare: place => place.write('contract.json', '{}'),
  },
  {
    what: 'a build by a contract that says nothing of one',
    args: ['build', '--config', 'contract.json'],
    answer: '@/contract.json says nothing of a build: add `build` and `binary` to it.',
    prepare: place => place.write('contract.json', '{ "binary": "backend" }'),
  },
]

/** Two contracts, of which the second names what is not there. */
const TWO = JSON.stringify([
  { name: 'notes', binary: 'notes' },
  { name: 'search', binary: 'search' },
])

const writeTwo = (place: Place) => place.write('sidecar.config.json', TWO)

const SEVERAL: readonly Mistake[] = [
  {
    what: 'two contract files in one directory',
    args: ['check', 'sidecar'],
    answer:
      '@ cannot be used:\n  it holds sidecar.config.mjs and sidecar.config.json: keep one, or name it with --config',
    prepare: async place => {
      await writeTwo(place)
      await place.write('sidecar.config.mjs', 'export default {}\n')
    },
  },
  {
    what: 'one binary for two contracts',
    args: ['check', 'sidecar'],
    answer:
      'sidecar is one binary, and @/sidecar.config.json holds 2 contracts: notes, search. Choose one with --sidecar NAME.',
    prepare: writeTwo,
  },
  {
    what: 'one binary in the environment for two contracts',
    args: ['check'],
    env: { SIDECAR_BINARY: 'sidecar' },
    answer:
      'SIDECAR_BINARY=sidecar is one binary, and @/sidecar.config.json holds 2 contracts: notes, search. Choose one with --sidecar NAME.',
    prepare: writeTwo,
  },
  {
    what: 'a name that none of them has',
    args: ['check', '--sidecar', 'serch'],
    answer: '@/sidecar.config.json cannot be used:\n  it holds no contract "serch". Did you mean "search"?',
    prepare: writeTwo,
  },
  {
    what: 'a name that none of them has, in a list',
    args: ['check', '--list', '--sidecar', 'xyzzyxyzzy'],
    answer:
      '@/sidecar.config.json cannot be used:\n  it holds no contract "xyzzyxyzzy". Known are: notes, search.',
    prepare: writeTwo,
  },
  {
    what: 'a name where there is no file',
    args: ['check', 'sidecar', '--sidecar', 'notes'],
    answer: `--sidecar notes chooses among the contracts of a file, and ${NOWHERE}: name one with --config FILE.`,
  },
  {
    what: 'a name where there is no file, in a list',
    args: ['check', '--list', '--sidecar', 'notes'],
    answer: `--sidecar notes chooses among the contracts of a file, and ${NOWHERE}: name one with --config FILE.`,
  },
  {
    what: 'clauses that one of them does not enable',
    args: ['check', '--only', 'stop/hang*'],
    answer:
      'search: only: "stop/hang*" fits only what this contract does not enable: stop/hangup. Name it whole, or enable it.',
    prepare: place =>
      place.write(
        'sidecar.config.json',
        '[{ "name": "notes", "levels": { "stop/hangup": "must" } }, { "name": "search" }]',
      ),
  },
  {
    what: 'a second binary that is not there, before the first is launched',
    args: ['check'],
    answer: '@/search does not exist.',
    prepare: async place => {
      await writeTwo(place)
      const trace = join(place.directory, 'trace')
      await place.write(`notes-${hostTriple()}`, `#!/bin/sh\ntouch '${trace}'\n`, 0o755)
    },
  },
  {
    what: 'a build of the one that says nothing of it',
    args: ['build', '--sidecar', 'search'],
    answer: '@/sidecar.config.json says nothing of a build of search: add `build` and `binary` to it.',
    prepare: writeTwo,
  },
]

/** A sidecar that leaves a trace, should anybody run it. */
async function prepare(place: Place): Promise<string> {
  const trace = join(place.directory, 'trace')
  await place.write('sidecar', `#!/bin/sh\ntouch '${trace}'\n`, 0o755)
  return trace
}

describe.concurrent.each([
  ['a path', PATHS],
  ['a word', WORDS],
  ['a selection', SELECTIONS],
  ['a place to write to', PLACES],
  ['a contract', CONTRACTS],
  ['one of several contracts', SEVERAL],
] as const)('%s that is wrong is answered with 2, in words, and nothing is run:', (_, mistakes) => {
  test.for(mistakes)('$what', async (mistake, { place }) => {
    const trace = await prepare(place)
    await mistake.prepare?.(place)

    const { code, stdout, stderr } = await place.runWith({ env: mistake.env ?? {} }, ...mistake.args)

    expect(stderr.replaceAll(place.directory, '@')).toBe(`${mistake.answer}\n`)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(existsSync(trace)).toBe(false)
    expect(place.leftovers()).toEqual([])
  })
})

test('nothing at all is answered with 2 and the help on stderr', async ({ place }) => {
  const { code, stdout, stderr } = await place.run()

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^sidecar-harness: .*\n\nUsage: sidecar-harness <command>/)
})

test('a place for recordings is made with all that leads to it, for its user alone', async ({ place }) => {
  await prepare(place)
  await mkdir(join(place.directory, 'out'))
  await place.write('empty', '', 0o755)

  const { code } = await place.run('check', 'empty', '--artifacts', 'out/recordings/today')

  expect(code).toBe(1)
  expect(existsSync(join(place.directory, 'out/recordings/today/recording.json'))).toBe(true)
})
