import { describe, expect } from 'vitest'
import { ANNOUNCE, HEALTHY_SERVER } from './programs/servers.ts'
import { eventsOf, rawText, test, theEvent, untilWritten } from './stage.ts'
import { PATIENCE_MS, until } from './until.ts'

/** From the announcement, read, to the request, sent. Nothing but our own code lies in between. */
const AT_ONCE_MS = 5
/** The sidecar sees it when the machine lets it run, which can be later; whoever polls is later every time. */
const SHORTER_THAN_A_POLL_MS = 20
/** A busy machine can take the processor away from one of them, and not from each. */
const LIVES = 5

describe('the announcement', () => {
  test.for([
    ['in its port', [15]],
    ['everywhere', [4, 13, 15, 16, 18]],
    ['before its newline', [-1]],
  ] as const)(
    'that is cut %s is read whole: 41 is not the port while 41234 is being written',
    async ([, cuts], { stage }) => {
      const program = await stage.node(`${HEALTHY_SERVER}
      const { writeSync } = require('node:fs')
      server.listen(0, '127.0.0.1', () => {
        const line = 'BACKEND_PORT:' + server.address().port + '\\n'
        const cuts = [0, ...${JSON.stringify(cuts)}, undefined]
        const pieces = cuts.slice(1).map((end, index) => line.slice(cuts[index], end))
        const next = () => writeSync(1, pieces.shift())
        process.on('SIGUSR2', next)
        next()
      })`)
      const life = await stage.launch(program)

      for (const cut of cuts) {
        const soFar = cut > 0 ? new RegExp(`^[^\\n]{${cut}}$`) : /^BACKEND_PORT:\d{4,5}$/
        await untilWritten(life, 'stdout', soFar)
        expect(life.announcement).toBeNull()
        life.signal('SIGUSR2')
      }

      expect(await life.ready()).toBe(true)
      expect(`BACKEND_PORT:${life.announcement?.port}\n`).toBe(rawText(life, 'stdout'))
    },
  )

  test('is not found in what a 20 MB line holds, nor at its end, and is found behind it', async ({
    stage,
  }) => {
    const program = await stage.node(`${HEALTHY_SERVER}
      const { writeSync } = require('node:fs')
      const awake = setInterval(() => {}, 1000)
      // Before the last byte is out: the signal follows on that.
      process.once('SIGUSR2', () => {
        clearInterval(awake)
        writeSync(1, 'BACKEND_PORT:1\\n')
        ${ANNOUNCE}
      })
      const all = Buffer.alloc(20e6, 'BACKEND_PORT:1 ')
      for (let at = 0; at < all.length; at += writeSync(1, all, at));`)
    const life = await stage.launch(program)
    // Only what is read alone could be taken for a line of its own.
    await until(() => life.toRecording().stdout.bytes === 20e6, 'the long line is read but for its end')
    life.signal('SIGUSR2')

    expect(await life.ready()).toBe(true)
    await life.end()

    const { stdout } = life.toRecording()
    const announcements = stdout.lines.filter(({ reading }) => reading.kind === 'announcement')
    expect(announcements).toMatchObject([{ text: `BACKEND_PORT:${life.announcement?.port}` }])
    expect(stdout.bytes).toBe(20e6 + 'BACKEND_PORT:1\n'.length + (announcements[0]?.bytes ?? 0) + 1)
  })

  test('on stderr is recorded as such, and nobody dials that port', async ({ stage }) => {
    const program = await stage.shell('echo BACKEND_PORT:1 >&2; exit 0')
    const life = await stage.launch(program)

    expect(await life.ready()).toBe(false)
    await life.end()

    expect(life.toRecording().stderr.lines).toMatchObject([{ reading: { kind: 'announcement', port: 1 } }])
    expect(eventsOf(life, 'request')).toEqual([])
  })
})

describe('the first request', () => {
  test('goes out the moment the line is read, before anybody waits for it', async ({ stage }) => {
    const program = await stage.node(`${HEALTHY_SERVER}
      let announcedAt = 0
      server.once('connection', () => console.error('connected ' + (performance.now() - announcedAt)))
      server.listen(0, '127.0.0.1', () => {
        announcedAt = performance.now()
        console.log('BACKEND_PORT:' + server.address().port)
      })`)
    const recorded: number[] = []
    const seenByTheSidecar: number[] = []
    for (let count = 0; count < LIVES; count++) {
      const life = await stage.launch(program)
      seenByTheSidecar.push(Number((await untilWritten(life, 'stderr', /connected .*\n/)).split(' ')[1]))
      recorded.push(theEvent(life, 'request').atMs - theEvent(life, 'announcement').atMs)
      expect(await life.ready()).toBe(true)
      await life.end()
    }

    expect(Math.min(...recorded)).toBeLessThan(AT_ONCE_MS)
    expect(Math.min(...seenByTheSidecar)).toBeLessThan(SHORTER_THAN_A_POLL_MS)
  })

  test('that is refused is recorded, and repeated until the sidecar listens', async ({ stage }) => {
    const program = await stage.node(`${HEALTHY_SERVER}
      const probe = require('node:net').createServer().listen(0, '127.0.0.1', () => {
        const { port } = probe.address()
        const awake = setInterval(() => {}, 1000)
        process.once('SIGUSR2', () => server.listen(port, '127.0.0.1', () => clearInterval(awake)))
        probe.close(() => console.log('BACKEND_PORT:' + port))
      })`)
    const life = await stage.launch(program)
    const ready = life.ready()
    await until(() => eventsOf(life, 'request-failed').length > 1, 'two refusals')

    life.signal('SIGUSR2')

    expect(await ready).toBe(true)
    const [first, ...retries] = eventsOf(life, 'request')
    expect(first).toMatchObject({ request: 1, purpose: 'first' })
    expect(new Set(retries.map(({ purpose }) => purpose))).toEqual(new Set(['retry']))
    const codes = eventsOf(life, 'request-failed').map(({ code }) => code)
    expect(new Set(codes)).toEqual(new Set(['ECONNREFUSED']))
    expect(theEvent(life, 'response')).toMatchObject({ status: 200, schemaProblems: [] })
  })

  test('that is never answered is given up with the budget, which is recorded', async ({ stage }) => {
    const program = await stage.node(`${HEALTHY_SERVER}
      server.removeAllListeners('request').on('request', () => console.error('asked'))
      ${ANNOUNCE}`)
    const life = await stage.launch(program, { budgets: { readyMs: 1_000 } })

    expect(await life.ready()).toBe(false)

    expect(theEvent(life, 'request-failed')).toMatchObject({ code: 'ETIMEDOUT' })
    expect(theEvent(life, 'deadline')).toMatchObject({ waitedFor: 'health', budgetMs: 1_000 })
  })

  test('is cut short by the exit of the sidecar, not by a deadline', async ({ stage }) => {
    const program = await stage.node(`${HEALTHY_SERVER}
      server.removeAllListeners('request').on('request', () => process.exit(3))
      ${ANNOUNCE}`)
    const life = await stage.launch(program, { budgets: { readyMs: 10 * PATIENCE_MS } })

    expect(await life.ready()).toBe(false)

    expect(theEvent(life, 'exit')).toMatchObject({ code: 3 })
    expect(eventsOf(life, 'deadline')).toEqual([])
  })
})
