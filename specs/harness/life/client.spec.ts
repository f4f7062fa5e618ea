import { describe, expect } from 'vitest'
import type { Life } from '../../../harness/life/life.ts'
import { eventsOf, rawText, type Stage, test, theEvent, untilWritten } from './stage.ts'
import { PATIENCE_MS, until } from './until.ts'

/** A server in Node that announces its port; `handle` is the body of a handler of `request` and `response`. */
const serving = (stage: Stage, handle: string): Promise<string> =>
  stage.node(`
    const server = require('node:http').createServer((request, response) => { ${handle} })
    server.on('connection', socket => socket.on('error', error => console.error('client: ' + error.code)))
    server.listen(0, '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port))`)

async function announced(life: Life): Promise<Life> {
  await until(() => life.announcement !== null, 'the announcement')
  return life
}

describe('a volley', () => {
  test('counts the answers, and what came instead of one', async ({ stage }) => {
    const program = await serving(
      stage,
      `globalThis.asked = (globalThis.asked ?? 0) + 1
       if (asked % 10 === 0) return request.socket.destroy()
       response.writeHead(asked % 10 === 1 ? 503 : 200).end()`,
    )
    const life = await announced(await stage.launch(program))
    await life.ready()
    // From the second request on: 3 of them are refused, and 3 cut off.
    const plan = { purpose: 'burst', requests: 30, connections: 1, timeoutMs: PATIENCE_MS } as const

    const volley = await life.client.volley(plan)

    expect(theEvent(life, 'volley')).toMatchObject({ ...volley })
    expect(volley).toMatchObject({
      of: 'sidecar',
      purpose: 'burst',
      requests: 30,
      connections: 1,
      answered: 24,
    })
    expect(volley?.failures).toEqual([
      { what: expect.stringMatching(/^[A-Z_]+: /), count: 3 },
      { what: 'status 503', count: 3 },
    ])
    expect(volley?.latenciesMs).toHaveLength(27)
  })

  test('waits for none of them longer than it was told', async ({ stage }) => {
    const life = await announced(await stage.launch(await serving(stage, '')))

    const volley = await life.client.volley({ purpose: 'load', requests: 4, connections: 4, timeoutMs: 100 })

    expect(volley).toMatchObject({
      answered: 0,
      latenciesMs: [],
      failures: [{ what: 'no answer within 100 ms', count: 4 }],
    })
  })

  test('ends early where enough is known', async ({ stage }) => {
    const life = await announced(
      await stage.launch(await serving(stage, 'request.url === "/mute" || response.end()')),
    )
    const plan = { purpose: 'load', requests: 50, connections: 1, timeoutMs: PATIENCE_MS } as const
    const enough = (tookMs: readonly number[]) => tookMs.length === 3

    expect(await life.client.volley({ ...plan, enough })).toMatchObject({ requests: 3, answered: 3 })
    expect(await life.client.volley({ ...plan, path: '/mute', timeoutMs: 50, enough })).toMatchObject({
      requests: 3,
      answered: 0,
      latenciesMs: [],
      failures: [{ what: 'no answer within 50 ms', count: 3 }],
    })
  })

  test('opens as many connections at once as it was told', async ({ stage }) => {
    const program = await serving(
      stage,
      `if (request.url === '/health') return response.end()
       globalThis.waiting = [...(globalThis.waiting ?? []), response]
       if (waiting.length === 20) for (const each of waiting) each.end()`,
    )
    const life = await announced(await stage.launch(program))

    const volley = await life.client.volley({
      purpose: 'burst',
      path: '/together',
      requests: 20,
      connections: 20,
      timeoutMs: PATIENCE_MS,
    })

    expect(volley).toMatchObject({ answered: 20, failures: [] })
  })

  test('takes any answer for one where it asks for another path', async ({ stage }) => {
    const program = await serving(stage, `response.writeHead(request.url === '/other' ? 404 : 500).end()`)
    const life = await announced(await stage.launch(program))
    const plan = { purpose: 'load', requests: 3, connections: 1, timeoutMs: PATIENCE_MS } as const

    expect(await life.client.volley({ ...plan, path: '/other' })).toMatchObject({
      path: '/other',
      answered: 3,
    })
    expect(await life.client.volley(plan)).toMatchObject({
      answered: 0,
      failures: [{ what: 'status 500', count: 3 }],
    })
  })
})

describe('a volley beside another program', () => {
  test('knows how late that one was meanwhile', async ({ stage }) => {
    const slow = await announced(
      await stage.launch(await serving(stage, 'setTimeout(() => response.end(), 60)')),
    )
    const other = await announced(
      await stage.launch(await serving(stage, 'setTimeout(() => response.end(), 20)')),
    )
    await Promise.all([slow.ready(), other.ready()])
    const plan = { purpose: 'latency', requests: 1, connections: 1, timeoutMs: PATIENCE_MS } as const

    const volley = await slow.client.volleyBeside(other.client, plan)

    expect(theEvent(slow, 'volley')).toMatchObject({ ...volley })
    expect(volley).toMatchObject({ of: 'sidecar', answered: 1 })
    expect(volley?.machineMs).toBeGreaterThanOrEqual(19)
    // Asked for as long as the first took, and not once.
    const asked = eventsOf(other, 'volley')
    expect(asked.length).toBeGreaterThanOrEqual(2)
    expect(new Set(asked.map(({ of }) => of))).toEqual(new Set(['calibration']))
    expect(volley?.machineMs).toBeGreaterThanOrEqual(
      Math.max(...asked.flatMap(({ latenciesMs }) => latenciesMs)),
    )
  })

  test('does not take silence for quickness', async ({ stage }) => {
    const life = await announced(await stage.launch(await serving(stage, 'response.end()')))
    const other = await announced(await stage.launch(await serving(stage, '')))
    await life.ready()
    const plan = { purpose: 'latency', requests: 1, connections: 1, timeoutMs: 1_000 } as const

    expect(await life.client.volleyBeside(other.client, plan)).toMatchObject({ answered: 1, machineMs: null })
  })
})

describe('an exchange of bytes', () => {
  const bytes = 'no request\r\n\r\n'

  test('tells the answer, and who ended it', async ({ stage }) => {
    const life = await announced(await stage.launch(await serving(stage, '')))

    await life.client.exchange({ purpose: 'malformed', what: 'words', bytes, waitMs: PATIENCE_MS })

    const answer = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'
    expect(theEvent(life, 'raw-exchange')).toMatchObject({
      what: 'words',
      sentBytes: 14,
      receivedBytes: answer.length,
      answer,
      end: 'closed by the sidecar',
      error: null,
    })
  })

  test('waits no longer than it was told', async ({ stage }) => {
    const life = await announced(await stage.launch(await serving(stage, '')))
    const half = (host: string) => `GET /health HTTP/1.1\r\nHost: ${host}\r\n`

    await life.client.exchange({ purpose: 'malformed', what: 'half', bytes: half, waitMs: 50 })

    const { port } = life.announcement ?? { port: 0 }
    expect(theEvent(life, 'raw-exchange')).toMatchObject({
      sentBytes: half(`127.0.0.1:${port}`).length,
      receivedBytes: 0,
      end: 'still open',
    })
  })

  test('is reset by us where it is to be given up', async ({ stage }) => {
    const life = await announced(await stage.launch(await serving(stage, '')))
    const post = 'POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{'

    await life.client.exchange({
      purpose: 'malformed',
      what: 'a body',
      bytes: post,
      abort: true,
      waitMs: 5000,
    })

    expect(theEvent(life, 'raw-exchange')).toMatchObject({ end: 'closed by us' })
    expect(await untilWritten(life, 'stderr', /client/)).toBe('client: ECONNRESET\n')
  })

  test('says where nobody accepts it', async ({ stage }) => {
    const program = await stage.shell('echo BACKEND_PORT:1; exec sleep 30')
    const life = await announced(await stage.launch(program))

    await life.client.exchange({ purpose: 'malformed', what: 'words', bytes, waitMs: PATIENCE_MS })

    expect(theEvent(life, 'raw-exchange')).toMatchObject({
      end: 'never accepted',
      error: 'connect ECONNREFUSED 127.0.0.1:1',
    })
  })
})

test('what an unknown path is answered with is looked at as a healthy answer would be', async ({ stage }) => {
  const body = '{"status":"ok","app":"x","timestamp":"2026-01-01T00:00:00Z","uptime":1}'
  const program = await serving(
    stage,
    `response.setHeader('Content-Type', 'application/json')
     response.end(request.url === '/page' ? '<html>' : ${JSON.stringify(body)})`,
  )
  const life = await announced(await stage.launch(program))
  await life.ready()

  await life.client.send({ purpose: 'unknown path', path: '/any' })
  await life.client.send({ purpose: 'unknown path', path: '/page' })

  const problems = eventsOf(life, 'response').map(({ schemaProblems }) => schemaProblems)
  expect(problems).toEqual([[], [], [expect.stringMatching(/^it is no JSON/)]])
})

describe('a stream of which we', () => {
  /**
   * Writes a megabyte to stderr whenever it is asked for something, and says on stdout when that is done; not for the
   * first request, which goes out the moment the port is announced, before anybody can pause anything.
   */
  const talkative = (stage: Stage) =>
    serving(
      stage,
      `response.end()
       if (!globalThis.wasAsked) return void (globalThis.wasAsked = true)
       const line = 'x'.repeat(1023) + '\\n'
       for (let n = 0; n < 1024; n++) process.stderr.write(line)
       process.stderr.write('all\\n', () => console.log('done'))`,
    )

  test('stop reading is not read, and read to its end later', async ({ stage }) => {
    const life = await announced(await stage.launch(await talkative(stage), { budgets: { readyMs: 2000 } }))
    await life.ready()
    life.reading('stderr', 'paused')

    await life.client.check()
    await life.client.check()
    expect(life.received('stderr')).toBe(0)
    expect(rawText(life, 'stdout')).not.toContain('done')
    life.reading('stderr', 'resumed')

    await untilWritten(life, 'stdout', /done\n/)
    await until(() => life.received('stderr') >= 2 * 1024 * 1024, 'two megabytes')
    expect(eventsOf(life, 'stream-reading')).toMatchObject([
      { stream: 'stderr', what: 'paused', receivedBytes: 0 },
      { stream: 'stderr', what: 'resumed', receivedBytes: 0 },
    ])
  })

  test('close our end breaks for who writes', async ({ stage }) => {
    const program = await serving(
      stage,
      `response.end()
       process.stderr.on('error', error => console.log(error.code))
       process.stderr.write('a line\\n')`,
    )
    const life = await announced(await stage.launch(program))
    await life.ready()
    life.reading('stderr', 'closed')

    await life.client.check()

    expect(await untilWritten(life, 'stdout', /EPIPE\n/)).toMatch(/\nEPIPE\n/)
    expect(theEvent(life, 'stream-reading')).toMatchObject({ stream: 'stderr', what: 'closed' })
    await life.end()
    expect(life.toRecording().stderr.closedAtMs).toBeNull()
  })
})
