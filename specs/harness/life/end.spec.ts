import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, onTestFinished } from 'vitest'
import type { Life } from '../../../harness/life/life.ts'
import { endProcess, isAlive } from './processes.ts'
import { ANNOUNCE, HEALTHY_SERVER } from './programs/servers.ts'
import { eventsOf, liveToItsEnd, rawText, test, theEvent, untilWritten } from './stage.ts'
import { PATIENCE_MS, until } from './until.ts'

/** How long a pipe's end is waited for, and a straggler; and what a busy machine adds to that. */
const DRAIN_MS = 100
const STRAGGLER_MS = 500
const SLACK_MS = 400

function descriptors(): number {
  return readdirSync('/proc/self/fd').length
}

/** Waits until it has written `name PID` for each name, and returns the pids. */
async function pidsSaid(life: Life, ...names: string[]): Promise<number[]> {
  const pids: number[] = []
  for (const name of names) {
    const said = await untilWritten(life, 'stderr', new RegExp(`^${name} \\d+$`, 'm'))
    pids.push(Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(said)?.[1]))
  }
  for (const pid of pids) onTestFinished(() => endProcess(pid))
  return pids
}

describe('the exit', () => {
  test.for([
    ['a code', 'exit 0', { code: 0, signal: null }],
    ['the code by which shells tell of a signal', 'exit 143', { code: 143, signal: null }],
    ['that signal itself', 'kill -TERM $$', { code: null, signal: 'SIGTERM' }],
    ['a signal that nothing can catch', 'kill -KILL $$', { code: null, signal: 'SIGKILL' }],
  ] as const)('by %s is recorded as what it was', async ([, source, exit], { stage }) => {
    const life = await liveToItsEnd(await stage.launch(await stage.shell(source)))

    expect(theEvent(life, 'exit')).toMatchObject(exit)
    expect(eventsOf(life, 'killed')).toEqual([])
  })

  test('is seen at once while a grandchild holds the pipes, and what it holds delays the end by the drain', async ({
    stage,
  }) => {
    const program = await stage.shell('sleep 30 & echo "holder $!" >&2; exit 0')
    const life = await stage.launch(program)
    const [holder = 0] = await pidsSaid(life, 'holder')
    expect(await life.exits(PATIENCE_MS)).toBe(true)
    expect(isAlive(holder)).toBe(true)

    const startedAt = performance.now()
    await life.end()

    expect(performance.now() - startedAt).toBeLessThan(DRAIN_MS + STRAGGLER_MS + SLACK_MS)
    expect(isAlive(holder)).toBe(false)
    expect(rawText(life, 'stderr')).toBe(`holder ${holder}\n`)
  })

  test('ends the life also when somebody whom nobody finds holds the pipes; they are recorded as held', async ({
    stage,
  }) => {
    // No marker, no group, no parent, and it works elsewhere: not even the harness knows whose it is.
    const program = await stage.shell(`
      (cd /; setsid env -i /bin/sh -c 'echo "stranger $$" >&2; exec sleep 30' &)
      exit 0`)
    const before = descriptors()
    const life = await stage.launch(program)
    const [stranger = 0] = await pidsSaid(life, 'stranger')
    expect(await life.exits(PATIENCE_MS)).toBe(true)

    const startedAt = performance.now()
    await life.end()

    expect(performance.now() - startedAt).toBeLessThan(DRAIN_MS + SLACK_MS)
    expect(isAlive(stranger)).toBe(true)
    await until(() => descriptors() === before, 'the pipes are let go of on this side')
    expect(life.toRecording()).toMatchObject({ stdout: { closedAtMs: null }, stderr: { closedAtMs: null } })
  })

  test('is followed by that of one with a session, an environment and no parents of its own: it works where the life does', async ({
    stage,
  }) => {
    const program = await stage.shell(`
      (setsid env -i /bin/sh -c 'echo "nameless $$" >&2; exec sleep 30' &)
      exit 0`)
    const life = await stage.launch(program)
    const [nameless = 0] = await pidsSaid(life, 'nameless')
    expect(await life.exits(PATIENCE_MS)).toBe(true)

    await life.end()

    expect(theEvent(life, 'leftovers').processes).toMatchObject([{ pid: nameless, command: 'sleep 30' }])
    expect(isAlive(nameless)).toBe(false)
  })

  test('is seen beside a stranger who works deeper than any path can tell', async ({ stage }) => {
    const deep = await stage.node(`
      const name = 'd'.repeat(200)
      for (let depth = 0; depth < 24; depth++) {
        require('node:fs').mkdirSync(name)
        process.chdir(name)
      }
      const { spawn } = require('node:child_process')
      const child = spawn('/bin/sleep', ['30'], { detached: true, env: {}, stdio: 'ignore' })
      console.error('stranger ' + child.pid)
      child.unref()`)
    const stranger = await stage.launch(deep)
    await pidsSaid(stranger, 'stranger')
    const life = await liveToItsEnd(await stage.launch(await stage.shell('exit 0')))

    expect(theEvent(life, 'leftovers').processes).toEqual([])
    expect(eventsOf(life, 'lookup-failed')).toEqual([])
  })
})

describe('what a sidecar leaves behind', () => {
  test('is recorded, in whatever group and session it is, and then killed', async ({ stage }) => {
    const program = await stage.shell(`
      sleep 30 & echo "same-group $!" >&2
      setsid sh -c 'echo "own-session $$" >&2; exec sleep 30' < /dev/null > /dev/null &
      sh -c 'trap "" TERM HUP INT; echo "stubborn $$" >&2; while :; do sleep 1; done' &
      read line`)
    const life = await stage.launch(program)
    const pids = await pidsSaid(life, 'same-group', 'own-session', 'stubborn')
    life.signal('SIGTERM')

    await liveToItsEnd(life)

    const { processes } = theEvent(life, 'leftovers')
    expect(processes.map(({ pid }) => pid)).toEqual(expect.arrayContaining(pids))
    expect(processes.find(({ pid }) => pid === pids[1])?.command).toBe('sleep 30')
    expect(pids.filter(isAlive)).toEqual([])
  })

  test('is nothing when its children go with it, be it a moment later', async ({ stage }) => {
    const program = await stage.shell(`
      sh -c 'while kill -0 '$$' 2>/dev/null; do sleep 0.01; done' &
      exit 0`)
    const life = await liveToItsEnd(await stage.launch(program))

    expect(theEvent(life, 'leftovers').processes).toEqual([])
  })
})

describe('the end of a life', () => {
  test('asks a sidecar that still runs to stop, once, and reads what it then says', async ({ stage }) => {
    const program = await stage.shell(`
      trap 'echo goodbye >&2; exit 0' TERM
      echo up >&2
      while :; do sleep 0.01; done`)
    const life = await stage.launch(program)
    await untilWritten(life, 'stderr', /up\n/)

    await life.end()

    expect(theEvent(life, 'signal')).toMatchObject({ signal: 'SIGTERM', delivered: true })
    expect(theEvent(life, 'exit')).toMatchObject({ code: 0 })
    expect(eventsOf(life, 'killed')).toEqual([])
    expect(rawText(life, 'stderr')).toBe('up\ngoodbye\n')
  })

  test.for([
    ['ignores SIGTERM', `trap '' TERM; echo up >&2; while :; do sleep 0.01; done`],
    ['stopped itself', 'echo up >&2; kill -STOP $$'],
  ] as const)('kills one that %s', async ([, source], { stage }) => {
    const life = await stage.launch(await stage.shell(source))
    await untilWritten(life, 'stderr', /up\n/)

    await life.end()

    expect(theEvent(life, 'killed').why).toBe('it did not end by itself')
    expect(theEvent(life, 'exit')).toMatchObject({ code: null, signal: 'SIGKILL' })
    expect(isAlive(life.identity?.pid ?? 0)).toBe(false)
  })

  test('tells whether its port can be bound again, and who is on it if not', async ({ stage }) => {
    const program = await stage.node(`${HEALTHY_SERVER}
      server.listen(0, '127.0.0.1', () => {
        const { spawn } = require('node:child_process')
        const heir = spawn('sleep', ['30'], { stdio: ['ignore', 'ignore', 'ignore', server._handle] })
        console.error('heir ' + heir.pid)
        console.log('BACKEND_PORT:' + server.address().port)
      })`)
    const life = await stage.launch(program)
    const [heir = 0] = await pidsSaid(life, 'heir')
    expect(await life.ready()).toBe(true)
    life.signal('SIGTERM')
    await liveToItsEnd(life)

    const { port } = life.announcement ?? { port: 0 }
    expect(theEvent(life, 'port-freed')).toMatchObject({
      port,
      free: false,
      error: 'EADDRINUSE',
      holders: [{ address: '127.0.0.1', port, pid: heir }],
    })

    const sound = await stage.launch(await stage.node(HEALTHY_SERVER + ANNOUNCE))
    expect(await sound.ready()).toBe(true)
    sound.signal('SIGTERM')
    await liveToItsEnd(sound)
    expect(theEvent(sound, 'port-freed')).toMatchObject({ free: true, error: null, holders: [] })
  })
})

describe('the end of a session', () => {
  test('ends all its lives and removes its directory, and may be called twice', async ({ stage }) => {
    const program = await stage.shell('sleep 30 & echo "child $!" >&2; exec sleep 30')
    const lives = await Promise.all([stage.launch(program), stage.launch(program)])
    const children = (await Promise.all(lives.map(life => pidsSaid(life, 'child')))).flat()
    const leaders = lives.map(life => life.identity?.pid ?? 0)

    await Promise.all([stage.session.close(), stage.session.close()])
    await stage.session.close()

    expect([...leaders, ...children].filter(isAlive)).toEqual([])
    expect(existsSync(stage.session.directory)).toBe(false)
  })

  test('also ends a life that is just being launched', async ({ stage }) => {
    const program = await stage.shell('exec sleep 30')
    const launching = stage.launch(program)

    await stage.session.close()

    const { identity } = await launching
    const pid = identity?.pid ?? 0
    onTestFinished(() => endProcess(pid))
    expect(pid).toBeGreaterThan(1)
    expect(isAlive(pid)).toBe(false)
    expect(existsSync(stage.session.directory)).toBe(false)
  })

  test('is the end of launching, too', async ({ stage }) => {
    const program = await stage.shell('exit 0')
    await stage.session.close()

    await expect(stage.launch(program)).rejects.toThrow('The session is closed')
    expect(existsSync(stage.session.directory)).toBe(false)
  })
})

describe('a kill', () => {
  test('reaches a life that is just being launched, as soon as it is there', async ({ stage }) => {
    const launching = stage.launch(await stage.shell('exec sleep 30'))
    // Called in the launch that is under way, as an interrupted gate does it.
    for (const life of stage.session.lives) life.kill('interrupted')

    const life = await launching

    expect(await life.exits(PATIENCE_MS)).toBe(true)
    expect(theEvent(life, 'killed').why).toBe('interrupted')
    expect(theEvent(life, 'exit')).toMatchObject({ signal: 'SIGKILL' })
  })
})
