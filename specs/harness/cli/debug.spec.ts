import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { faults } from '../../../fixtures/faulty/catalogue.ts'
import { contractFor } from '../../../fixtures/faulty/contract.ts'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import type { DebugDocument } from '../../../harness/report/debug-document.ts'
import { debugSchema } from '../../../harness/report/debug-schema.ts'
import { isAlive } from '../life/processes.ts'
import { until } from '../life/until.ts'
import { type Place, type Running, test } from './command.ts'

/* One observed life, and why it is not as it should be. */

let directory: string
let sound: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'debug-'))
  sound = await makeFaulty('none', directory)
})

afterAll(() => rm(directory, { recursive: true }))

/** Makes the faulty sidecar, and the arguments that debug it under its own contract. */
async function argsFor(name: string, place: Place): Promise<string[]> {
  const fault = faults.find(each => each.name === name)
  if (fault === undefined) throw new Error(`there is no fault ${name} any more`)
  await place.write('contract.json', JSON.stringify(contractFor(fault)))
  return ['debug', await makeFaulty(fault, directory), '--config', 'contract.json']
}

function read(stdout: string): DebugDocument {
  return debugSchema.parse(JSON.parse(stdout))
}

/** What was told of in the observed life, in its order. */
function story({ timeline }: DebugDocument): string[] {
  return timeline.map(({ what, text }) => `${what} ${text}`.trim())
}

describe.concurrent('a sidecar without a fault', () => {
  test('is shown from its launch to its exit, and then driven through all lives of the gate', async ({
    place,
  }) => {
    const { code, stdout, stderr } = await place.run('debug', sound, '--watch', '200')

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const order = [
      /^ +script, .*, sha256 [0-9a-f]{64}$/,
      /^ +\+\S+ m?s {2}launched {5}pid \d+$/,
      /^ +\+\S+ m?s {2}stdout {7}BACKEND_PORT:\d+$/,
      /^ +\+\S+ m?s {2}announced {4}port \d+$/,
      /^ +\+\S+ m?s {2}GET {10}\/health → 200 after \S+ ms$/,
      /^ +\+\S+ m?s {2}ready$/,
      /^ +\+\S+ m?s {2}SIGTERM {6}sent, to a handler of its own or of its runtime$/,
      /^ +\+\S+ m?s {2}exit {9}code 0$/,
      /^This life shows no fault\. It is driven through the others of the gate now/,
      /^✔ nothing is wrong: 6\d clauses held in \d\d lives, ready \S+ m?s after its launch/,
    ]
    const lines = stdout.split('\n')
    const places = order.map(pattern => lines.findIndex(line => pattern.test(line)))
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(places).not.toContain(-1)
    expect(stdout).toMatch(/^ +\+\S+ m?s {2}listens {6}on 127\.0\.0\.1:\d+ of \d+$/m)
  })

  test('can be left at its one life, and kept', async ({ place }) => {
    const { code, stdout } = await place.run(
      ...['debug', sound, '--once', '--watch', '0', '--signal', 'SIGINT', '--artifacts', 'kept'],
    )

    expect(code).toBe(0)
    expect(stdout).toMatch(/^✔ nothing is wrong: \d\d clauses held in 1 life, /m)
    expect(stdout).toMatch(/ SIGINT +sent/)
    expect(await place.run('replay', 'kept')).toMatchObject({ code: 0 })
  })

  test('gets arguments, variables and a directory from the command line', async ({ place }) => {
    const script = await place.write(
      'tells',
      `#!${process.execPath}\nconsole.error(JSON.stringify([process.argv.slice(2), process.env.SAID, process.cwd()]))\n`,
      0o755,
    )
    const { stdout } = await place.run(
      ...['debug', script, '--once', '--env', 'SAID=so=it', '--cwd', '.', '--', '--signal', 'x y'],
    )

    expect(stdout).toContain(JSON.stringify([['--signal', 'x y'], 'so=it', place.directory]))
  })
})

describe.concurrent('a secret', () => {
  test('that it is given, or announces, is shown to nobody while it lives, and in no report', async ({
    place,
  }) => {
    const script = await place.write(
      'tells',
      `#!${process.execPath}
        const { API_TOKEN } = process.env
        console.error('started with', API_TOKEN, process.argv[2])
        const server = require('node:http').createServer((_request, response) => {
          console.error('asked with', 'announced-Secret-77')
          response.end('{}')
        })
        server.listen(0, '127.0.0.1', () => console.log('up ' + server.address().port + ' announced-Secret-77'))`,
      0o755,
    )
    await place.write(
      'contract.json',
      JSON.stringify({
        announce: 'up {port} {token}',
        health: { schema: false },
        stop: { signals: ['SIGTERM'] },
      }),
    )
    const { stdout, stderr } = await place.run(
      ...[
        'debug',
        script,
        '--config',
        'contract.json',
        '--env',
        'API_TOKEN=given-Secret-42',
        '--once',
        '--json',
      ],
      ...['--watch', '0', '--artifacts', 'kept', '--', '--key=given-Secret-42'],
    )

    expect(read(stdout).timeline.length).toBeGreaterThan(5)
    expect(stderr).toContain('started with [redacted] --key=[redacted]')
    expect(stderr).toMatch(/up \d+ \[redacted\]/)
    for (const output of [stdout, stderr]) {
      expect(output).not.toContain('given-Secret-42')
      expect(output).not.toContain('announced-Secret-77')
    }
  })
})

describe.concurrent('what is wrong', () => {
  test.for<[string, string]>([
    ['announces-on-stderr', 'The announcement is written to stderr, and its app reads stdout.'],
    ['sigterm-unhandled', 'It has no handler for this signal: the system ends it on the spot'],
    ['leaves-child', 'It starts a process while it stops, and does not wait for that to end.'],
    // Its first life is sound.
    ['one-in-a-home', 'It does not start while another instance of it runs'],
  ])('is the first line below the life: %s', async ([name, cause], { place }) => {
    const args = await argsFor(name, place)
    const { code, stdout } = await place.run(...args, '--watch', '0')

    expect(code).toBe(1)
    const [first = '', ...rest] = stdout.slice(stdout.indexOf('✖ ')).split('\n')
    const labels = rest.map(line => line.slice(0, 14).trim()).filter(label => label !== '')
    expect(first).toContain(cause)
    expect(labels).toEqual(expect.arrayContaining(['mend', 'clause', 'expected', 'seen', 'when', 'again']))
  })

  test('is told to machines, by the published schema, and to people on stderr', async ({ place }) => {
    const args = await argsFor('leaves-worker', place)
    const { code, stdout, stderr } = await place.run(...args, '--watch', '0', '--json')

    const document = read(stdout)
    expect({ code, verdict: document.verdict }).toEqual({ code: 1, verdict: 'fail' })
    expect(document.main).toMatchObject({ id: 'stop/no-orphans', outcome: 'fail' })
    expect(document.cause).toBe((document.main as { diagnosis?: { cause: string } }).diagnosis?.cause)
    expect(stderr).toContain(`✖ ${document.cause}`)
    const told = story(document)
    expect(told.find(line => /^process \d+ \(.*\), started by \d+$/.test(line))).toBeDefined()
    expect(told.find(line => /^left still alive: \d+ \(/.test(line))).toBeDefined()
  })

  test('is seen in the file, which is not launched then', async ({ place }) => {
    const page = await place.write('backend', '<!DOCTYPE html><title>404</title>', 0o755)
    const { code, stdout } = await place.run('debug', page, '--json')

    const document = read(stdout)
    expect({ code, timeline: document.timeline }).toEqual({ code: 1, timeline: [] })
    expect(document.cause).toMatch(/HTML|page/)
  })

  test('is shown in little where it floods a stream', async ({ place }) => {
    const flood = await place.write(
      'flood',
      `#!${process.execPath}\nconst line = 'x'.repeat(99) + '\\n'\nfor (let n = 0; n < 200_000; n++) require('fs').writeSync(2, line)\n`,
      0o755,
    )
    const { stdout } = await place.run('debug', flood, '--once')

    const lines = stdout.split('\n').filter(line => line.includes('xxx'))
    expect(lines.length).toBeGreaterThan(50)
    expect(stdout.length).toBeLessThan(400_000)
    expect(stdout).toMatch(/stderr {7}… \d+ more lines/)
  })
})

interface Held {
  readonly running: Running
  readonly pid: number
  /** All that it wrote to stdout so far. */
  said(): string
}

/** Starts it, and comes back when the sidecar is held up. */
async function hold(place: Place, args: readonly string[]): Promise<Held> {
  const running = place.start([...args, '--hold'])
  let said = ''
  running.stdout.on('data', chunk => {
    said += chunk
  })
  await until(() => said.includes('Ctrl-C stops it'), 'it is up')
  const pid = Number(/launched +pid (\d+)/.exec(said)?.[1])
  const url = /It is up at (\S+);/.exec(said)?.[1]
  expect((await fetch(`${url}/health`)).status).toBe(200)
  return { running, pid, said: () => said }
}

describe.concurrent('a sidecar that is held up', () => {
  test.for(['SIGINT', 'SIGTERM'] as const)(
    'is told to stop by the %s that comes, and judged by it',
    async (signal, { place }) => {
      const { running, pid } = await hold(place, ['debug', sound])
      running.kill(signal)
      const { exitCode, stdout } = await running

      expect(exitCode).toBe(0)
      expect(stdout).toContain(`${signal}: passed on to the sidecar; once more ends everything`)
      expect(stdout).toMatch(new RegExp(` ${signal} +sent`))
      expect(stdout).toContain('✔ nothing is wrong')
      expect(isAlive(pid)).toBe(false)
    },
  )

  test('is blamed for how it takes that signal', async ({ place }) => {
    const { running } = await hold(place, await argsFor('sigint-exits-1', place))
    running.kill('SIGINT')
    const { exitCode, stdout } = await running

    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^ {4}clause +stop\/sigint \(must\)/m)
  })

  test('is ended by the second one, and nothing is left', async ({ place }) => {
    const { running, pid, said } = await hold(place, await argsFor('sigint-ignored', place))
    running.kill('SIGINT')
    await until(() => said().includes('once more ends everything'), 'the first is passed on')
    running.kill('SIGINT')
    const { exitCode } = await running

    expect(exitCode).toBe(130)
    expect(isAlive(pid)).toBe(false)
    expect(place.alive()).toEqual([])
    expect(place.leftovers()).toEqual([])
  })
})

describe.concurrent('a wrong word is answered with 2, and nothing is run:', () => {
  test.for<[string, string[], string]>([
    ['no binary', [], 'Nothing to debug: no binary is named, and there is no sidecar.config.ts'],
    [
      'two of them',
      ['a', 'b'],
      'debug takes one binary, and got 2: a b. Arguments of the sidecar stand behind --',
    ],
    ['an empty name', [''], 'The binary to debug has an empty name.'],
    ['one that is not there', ['nowhere'], 'nowhere does not exist'],
    ['a typo', ['x', '--hodl'], 'There is no option --hodl. Did you mean "--hold"?'],
    ['a variable without a value', ['x', '--env', 'NAME'], '--env takes NAME=VALUE, and got "NAME".'],
    ['a signal that is none', ['x', '--signal', 'TERM'], 'There is no signal "TERM" to stop a sidecar by.'],
    [
      'a time that is none',
      ['x', '--watch', '5s'],
      '--watch takes milliseconds, from 0 to 3600000, and got "5s".',
    ],
    ['both of two', ['x', '--hold', '--watch', '5'], '--hold keeps it up for as long as it lives'],
    [
      'a name where nothing has one',
      ['x', '--sidecar', 'y'],
      '--sidecar y chooses among the contracts of a file',
    ],
  ])('%s', async ([, args, message], { place }) => {
    const { code, stdout, stderr } = await place.run('debug', ...args)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })

  test('several contracts, of which none is named', async ({ place }) => {
    await place.write(
      'sidecar.config.json',
      JSON.stringify([
        { name: 'one', binary: 'a' },
        { name: 'two', binary: 'b' },
      ]),
    )
    const { code, stderr } = await place.run('debug')

    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^debug explains one sidecar, and \S+ holds 2 contracts: one, two\. Choose one with --sidecar NAME\.$/m,
    )
  })
})
