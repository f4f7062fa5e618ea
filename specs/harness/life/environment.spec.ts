import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { HOSTILE_GROUPS, hostileVariables } from '../../../harness/life/hostile.ts'
import type { Life } from '../../../harness/life/life.ts'
import { BASELINE } from '../../../harness/recording/recording.ts'
import { NEEDS_SETPRIV, withoutPrivileges } from './privileges.ts'
import { CALLERS_SECRET, liveToItsEnd, rawText, test, theEvent } from './stage.ts'

/** Says what it was given. A shell would add variables of its own. */
const TELL = `
  const { readdirSync, statSync } = require('node:fs')
  const { env } = process
  const mode = path => (statSync(path).mode & 0o777).toString(8)
  console.error(JSON.stringify({
    env, directory: process.cwd(), files: readdirSync('.'),
    modes: [process.cwd(), env.HOME, env.TMPDIR].map(mode),
  }))`

interface Told {
  readonly env: Readonly<Record<string, string>>
  readonly directory: string
  readonly files: readonly string[]
  readonly modes: readonly string[]
}

async function whatItWasGiven(life: Life): Promise<Told> {
  await liveToItsEnd(life)
  return JSON.parse(rawText(life, 'stderr'))
}

describe('the environment of a life', () => {
  test('holds PATH, HOME, TMPDIR and the marker, and nothing of the caller’s', async ({ stage }) => {
    const life = await stage.launch(await stage.node(TELL))
    const { env } = await whatItWasGiven(life)

    expect(env).toEqual({
      PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      HOME: join(life.sandbox.root, 'home'),
      TMPDIR: join(life.sandbox.root, 'tmp'),
      SIDECAR_HARNESS_LIFE: `${stage.session.id}.${life.id}`,
    })
    expect(theEvent(life, 'launch').variables).toEqual(Object.keys(env).sort())
  })

  test('is that of the caller where this is the condition, with directories of its own all the same', async ({
    stage,
  }) => {
    const conditions = { ...BASELINE, environment: 'caller' } as const
    const life = await stage.launch(await stage.node(TELL), {}, { conditions })
    const { env } = await whatItWasGiven(life)

    expect(env).toMatchObject({ [CALLERS_SECRET]: 'secret', PATH: process.env.PATH })
    expect(env.HOME).toBe(join(life.sandbox.root, 'home'))
    expect(env.SIDECAR_HARNESS_LIFE).toBe(`${stage.session.id}.${life.id}`)
    expect(Object.keys(env).filter(name => /^(npm_|VITEST|PORT$)/.test(name))).toEqual([])
  })

  test('has what the contract adds and the port that is asked for; no secret of it is recorded', async ({
    stage,
  }) => {
    const contract = { env: { API_KEY: 'sesame-open', GREETING: 'hello', HOME: '/nonexistent' } }
    const life = await stage.launch(await stage.node(TELL.replace('env.HOME, ', '')), contract, {
      launch: { port: '0' },
    })
    const { env } = await whatItWasGiven(life)

    expect(env).toMatchObject({ API_KEY: '[redacted]', GREETING: 'hello', HOME: '/nonexistent', PORT: '0' })
    expect(JSON.stringify(life.toRecording())).not.toContain('sesame-open')
  })
})

describe('an environment of a few', () => {
  test('holds of the usual variables those that are named, and not even the marker', async ({ stage }) => {
    const launch = { variables: 'none', onlyThese: ['HOME', 'TMPDIR'] } as const
    const life = await stage.launch(await stage.node(TELL), {}, { launch })
    const { env } = await whatItWasGiven(life)

    expect(env).toEqual({ HOME: join(life.sandbox.root, 'home'), TMPDIR: join(life.sandbox.root, 'tmp') })
  })

  test('holds of the hostile ones those that are named, beside the usual', async ({ stage }) => {
    const launch = { variables: 'hostile', onlyThese: ['FORCE_COLOR', 'CLICOLOR_FORCE'] } as const
    const life = await stage.launch(await stage.node(TELL), {}, { launch })
    const { env } = await whatItWasGiven(life)

    expect(Object.keys(env).sort()).toEqual(
      ['CLICOLOR_FORCE', 'FORCE_COLOR', 'HOME', 'PATH', 'SIDECAR_HARNESS_LIFE', 'TMPDIR'].sort(),
    )
  })

  test('can be each of the hostile ones, in one group or another', ({ stage }) => {
    const all = Object.keys(hostileVariables(stage.directory)).sort()

    expect(HOSTILE_GROUPS.flat().sort()).toEqual(all)
  })
})

describe('the directories of a life', () => {
  test('are private and empty, and gone afterwards', async ({ stage }) => {
    const life = await stage.launch(await stage.node(TELL))
    const { directory, files, modes, env } = await whatItWasGiven(life)

    expect(directory).toBe(join(life.sandbox.root, 'work'))
    expect(files).toEqual([])
    expect(modes).toEqual(['700', '700', '700'])
    for (const path of [directory, env.HOME, env.TMPDIR]) expect(existsSync(path ?? '')).toBe(false)
  })

  test('are gone with all that was left in them', async ({ stage }) => {
    const program = await stage.shell(`
      mkdir -p "$HOME/a/b" && echo x > "$HOME/a/b/c" && ln -s / "$HOME/root" && echo x > here
      mkfifo "$TMPDIR/fifo"`)
    const life = await liveToItsEnd(await stage.launch(program))

    expect(existsSync(life.sandbox.root)).toBe(false)
    expect(existsSync('/bin/sh')).toBe(true)
  })

  test('are gone also when what was left there may not be written, as in Go’s module cache', async ({
    stage,
    skip,
  }) => {
    const program = join(import.meta.dirname, 'programs/read-only-leftover.ts')
    const privileges = withoutPrivileges()
    skip(privileges === undefined, NEEDS_SETPRIV)
    const [command = '', ...args] = [...(privileges ?? []), process.execPath, program]

    const env = { ...process.env, TMPDIR: stage.directory }
    const { stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8' })

    expect(stderr).toBe('')
    expect(stdout).toBe('refused, ended, closed\n')
    expect(readdirSync(stage.directory)).toEqual([])
  })

  test('stay where they are shared until the last who lives there has ended', async ({ stage }) => {
    const program = await stage.shell('exec sleep 30')
    const first = await stage.launch(program)
    const second = await stage.launch(program, {}, { launch: { sharing: first } })
    expect(second.sandbox.home).toBe(first.sandbox.home)
    expect(second.sandbox.working).not.toBe(first.sandbox.working)

    await first.end()
    expect(existsSync(second.sandbox.home)).toBe(true)
    expect(existsSync(second.sandbox.temporary)).toBe(true)

    await second.end()
    expect(existsSync(first.sandbox.root)).toBe(false)
    expect(existsSync(second.sandbox.root)).toBe(false)
  })
})
