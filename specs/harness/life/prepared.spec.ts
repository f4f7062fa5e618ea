import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect } from 'vitest'
import type { ContractInput, SetupContext } from '../../../harness/contract/input.ts'
import { SetupError } from '../../../harness/life/setup.ts'
import { isAlive } from './processes.ts'
import { ANNOUNCE, HEALTHY_SERVER } from './programs/servers.ts'
import { eventsOf, test, theEvent } from './stage.ts'
import { until } from './until.ts'

const read = (file: string) => readFileSync(file, 'utf8')

/* What a contract has prepared for a life before it is launched, and what stands for its placeholders. */

const TELLS = `${HEALTHY_SERVER} console.error(JSON.stringify({
  args: process.argv.slice(2), cwd: process.cwd(), file: process.env.STATE_FILE, home: process.env.HOME, port: process.env.PORT
})); ${ANNOUNCE}`

describe('the placeholders', () => {
  test('stand for directories of its own, in arguments, variables and the working directory', async ({
    stage,
  }) => {
    const life = await stage.launch(await stage.node(TELLS), {
      args: ['--state={tmp}/state', '--home', '{home}'],
      env: { STATE_FILE: '{tmp}/state' },
      cwd: '{tmp}/work',
    })

    expect(await life.ready()).toBe(true)
    const { temporary, home } = life.sandbox
    const told = JSON.parse(life.toRecording().stderr.lines[0]?.text ?? '')
    expect(told).toMatchObject({
      args: [`--state=${temporary}/state`, '--home', home],
      file: `${temporary}/state`,
      cwd: join(temporary, 'work'),
    })
  })

  test('stand for a directory of its own where the rest is common, as a port file would be', async ({
    stage,
  }) => {
    const program = await stage.node(TELLS)
    const contract: ContractInput = { args: ['{tmp}', '{home}'] }
    const first = await stage.launch(program, contract)
    const second = await stage.launch(program, contract, { launch: { sharing: first } })

    expect(await Promise.all([first.ready(), second.ready()])).toEqual([true, true])
    const [one, other] = [first, second].map(life =>
      JSON.parse(life.toRecording().stderr.lines[0]?.text ?? ''),
    )
    expect(one.args[0]).not.toBe(other.args[0])
    expect(one.args[1]).toBe(other.args[1])
  })

  test.for([
    ['zero', /^0$/],
    ['chosen', /^[1-9]\d{3,4}$/],
  ] as const)('{port} stands for %s where nobody asks for a port', async ([unasked, expected], { stage }) => {
    const life = await stage.launch(await stage.node(TELLS), {
      args: ['--port', '{port}'],
      port: { unasked },
    })

    expect(await life.ready()).toBe(true)
    const { args } = JSON.parse(life.toRecording().stderr.lines[0]?.text ?? '')
    expect(args[1]).toMatch(expected)
    expect(theEvent(life, 'launch').port).toBe(args[1])
  })

  test('a port that the harness has chosen is given to two lives, each its own', async ({ stage }) => {
    const program = await stage.node(TELLS)
    const port = { variable: 'PORT', unasked: 'chosen' } as const
    const lives = await Promise.all([1, 2].map(() => stage.launch(program, { port })))

    const ports = lives.map(life => theEvent(life, 'launch').port)
    expect(new Set(ports).size).toBe(2)
  })
})

describe('the setup', () => {
  test('is called before each launch, with what is its own, and what it leaves there is no litter', async ({
    stage,
  }) => {
    const told: SetupContext[] = []
    const program = await stage.node(`
      require('node:fs').readFileSync('settings.json')
      require('node:fs').writeFileSync(process.env.TMPDIR + '/own', '')
      ${HEALTHY_SERVER}${ANNOUNCE}`)
    const life = await stage.launch(program, {
      setup: async context => {
        told.push(context)
        await writeFile(join(context.cwd, 'settings.json'), '{}')
        await mkdir(join(context.tmp, 'cache'))
      },
    })

    expect(await life.ready()).toBe(true)
    await life.end()
    const { temporary, home, working } = life.sandbox
    expect(told).toEqual([{ home, tmp: temporary, cwd: working, port: null }])
    expect(theEvent(life, 'litter').files.map(({ path }) => path)).toEqual(['own'])
  })

  test('is a command that runs in the working directory, with the environment of the life', async ({
    stage,
  }) => {
    const command = await stage.node(
      "require('node:fs').writeFileSync('made', process.env.HOME + process.argv[2])",
    )
    const program = await stage.node(
      `console.error(require('node:fs').readFileSync('made', 'utf8'));${HEALTHY_SERVER}${ANNOUNCE}`,
    )
    const life = await stage.launch(program, {
      setup: [command, ' {port} {tmp}'],
      port: { variable: 'PORT', unasked: 'chosen' },
    })

    expect(await life.ready()).toBe(true)
    const { port } = theEvent(life, 'launch')
    const { home, temporary } = life.sandbox
    expect(life.toRecording().stderr.lines[0]?.text).toBe(`${home} ${port} ${temporary}`)
  })

  test.for<[string, string[] | (() => never) | (() => Promise<never>), RegExp]>([
    [
      'throws',
      () => {
        throw new Error('no licence')
      },
      /^The contract's setup failed before the life \S+ was launched: no licence$/,
    ],
    ['never ends', () => new Promise<never>(() => {}), /: it took longer than 400 ms$/],
    ['is no program', ['no-such-program'], /ENOENT/],
    [
      'fails',
      [process.execPath, '-e', "console.error('no licence'); process.exit(3)"],
      /exit code 3[\s\S]*\nno licence$/,
    ],
    [
      'never ends as a command',
      [process.execPath, '-e', 'setInterval(() => {}, 1000)'],
      /took longer than 400 ms/,
    ],
  ])('that %s is told, and nothing is launched', async ([, setup, message], { stage }) => {
    const program = await stage.node(`${HEALTHY_SERVER}${ANNOUNCE}`)
    const launched = stage.launch(program, { setup, budgets: { readyMs: 400 } })

    await expect(launched).rejects.toThrow(SetupError)
    await expect(launched).rejects.toThrow(message)
    const lives = [...stage.session.lives] as unknown as Parameters<typeof eventsOf>[0][]
    for (const life of lives) expect(eventsOf(life, 'launched')).toEqual([])
  })

  test.for<[string, (pids: string) => string[] | (() => Promise<never>)]>([
    ['as a function', () => () => new Promise<never>(() => {})],
    ['as a command with a child', pids => ['/bin/sh', '-c', `sleep 60 & echo $! $$ > '${pids}'; wait`]],
  ])('is given up with its life, and what it started with it: %s', async ([, setupFor], { stage }) => {
    const pids = join(stage.directory, 'pids')
    const setup = setupFor(pids)
    const launched = stage.launch(await stage.node(`${HEALTHY_SERVER}${ANNOUNCE}`), { setup })
    if (Array.isArray(setup)) await until(() => existsSync(pids) && read(pids) !== '', 'it runs')

    for (const life of stage.session.lives) life.kill('nobody wants it')

    const life = await launched
    expect(theEvent(life, 'killed').why).toBe('nobody wants it')
    expect(eventsOf(life, 'launched')).toEqual([])
    expect(await life.ready()).toBe(false)
    if (!Array.isArray(setup)) return
    const started = read(pids).trim().split(' ').map(Number)
    await until(() => !started.some(isAlive), 'nothing of it lives')
  })
})

test('an announced file keeps its name in the recording', async ({ stage }) => {
  const program = await stage.node(`${HEALTHY_SERVER} server.listen(0, '127.0.0.1', () =>
    require('node:fs').writeFileSync(process.env.TMPDIR + '/port', server.address().port + '\\n'))`)
  const life = await stage.launch(program, { announce: { file: '{tmp}/port' } })

  expect(await life.ready()).toBe(true)
  const written = await readFile(join(life.sandbox.temporary, 'port'), 'utf8')
  expect(basename(written.trim())).toBe(String(life.announcement?.port))
})
