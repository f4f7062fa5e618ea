import { describe, expect } from 'vitest'
import { ANNOUNCE, HEALTHY_SERVER } from './programs/servers.ts'
import { eventsOf, liveToItsEnd, test, theEvent, untilWritten } from './stage.ts'

const GRACE_MS = 200

describe('a signal', () => {
  test.for([
    ['caught', "trap 'exit 0' TERM; echo up >&2; while :; do sleep 0.01; done"],
    ['ignored', "trap '' TERM; echo up >&2; while :; do sleep 0.01; done"],
    ['default', 'echo up >&2; read line'],
  ] as const)('is recorded with what it meets: %s', async ([handling, source], { stage, skip }) => {
    skip(stage.session.host.kind !== 'linux', 'only /proc tells what a process does on a signal')
    const life = await stage.launch(await stage.shell(source))
    await untilWritten(life, 'stderr', /up\n/)
    life.signal('SIGTERM')

    expect(theEvent(life, 'signal')).toMatchObject({ signal: 'SIGTERM', delivered: true, handling })
  })

  test('that comes too late meets nobody', async ({ stage }) => {
    const life = await liveToItsEnd(await stage.launch(await stage.shell('exit 0')))
    life.signal('SIGTERM')

    expect(theEvent(life, 'signal')).toEqual(expect.not.objectContaining({ handling: expect.anything() }))
  })
})

describe('who is still there when the time for its exit is over', () => {
  test('is looked at: who of it, where it listens, who is connected, what it waits for', async ({
    stage,
  }) => {
    const program = await stage.node(`
      process.on('SIGINT', () => {})
      require('node:child_process').spawn('sleep', ['30'])
      ${HEALTHY_SERVER}
      ${ANNOUNCE}`)
    const life = await stage.launch(program)
    expect(await life.ready()).toBe(true)
    const port = theEvent(life, 'announcement').port ?? 0
    await life.client.hold('silent')
    await life.client.check()
    life.signal('SIGINT')
    expect(await life.exits(GRACE_MS)).toBe(false)

    const hang = theEvent(life, 'hang')
    const leader = theEvent(life, 'launched').pid
    expect(hang.processes.map(({ command }) => command)).toContainEqual('sleep 30')
    expect(hang.listeners).toEqual([{ address: '127.0.0.1', port, pid: leader }])
    if (stage.session.host.kind === 'linux') {
      expect(hang.activity?.processes).toContainEqual(expect.objectContaining({ pid: leader, state: 'S' }))
      expect(hang.activity?.connections).toEqual([
        expect.objectContaining({ pid: leader, port, state: 'established' }),
      ])
    }
  })

  test.for([
    ['turns in a loop', 'R', "trap '' TERM; echo up >&2; while :; do :; done"],
    ['looks every hundredth of a second', 'S', "trap '' TERM; echo up >&2; while :; do sleep 0.01; done"],
  ] as const)('is seen to sleep, or never to: it %s', async ([, state, source], { stage, skip }) => {
    skip(stage.session.host.kind !== 'linux', 'only /proc tells how often a thread has slept')
    const life = await stage.launch(await stage.shell(source))
    await untilWritten(life, 'stderr', /up\n/)
    expect(await life.exits(GRACE_MS)).toBe(false)

    const { busy, activity } = theEvent(life, 'hang')
    const leader = theEvent(life, 'launched').pid
    const sleeps = busy.find(({ pid }) => pid === leader)?.sleeps
    if (state === 'R') {
      expect(activity?.processes).toMatchObject([{ pid: leader, state: 'R' }])
      expect(sleeps).toBeLessThan(3)
    } else expect(sleeps).toBeGreaterThan(0)
  })

  test('is not looked at where it has ended in time', async ({ stage }) => {
    const life = await liveToItsEnd(await stage.launch(await stage.shell('exit 0')))

    expect(eventsOf(life, 'hang')).toEqual([])
  })
})
