import { expect } from 'vitest'
import type { Life } from '../../../harness/life/life.ts'
import type { SecondOpinion } from '../../../harness/recording/recording.ts'
import { CERTIFICATE, KEY } from './programs/certificate.ts'
import { eventsOf, type Stage, test, theEvent } from './stage.ts'

/** Plenty for a program in Node to announce itself and be asked; what comes after it is what is looked at. */
const READY_MS = 2_000

/** A server in Node that announces its port; `handle` is the body of a handler of `request` and `response`. */
const serving = (stage: Stage, handle: string): Promise<string> =>
  stage.node(`
    const server = require('node:http').createServer((request, response) => { ${handle} })
    server.listen(0, '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port))`)

/** What came of all that was asked otherwise, by what was other about it. */
async function opinionsOf(life: Life): Promise<ReadonlyMap<string, SecondOpinion['status']>> {
  expect(await life.ready()).toBe(false)
  const { answers } = theEvent(life, 'second-opinions')
  return new Map(answers.map(({ of, asked, status }) => [of === 'path' ? asked : of, status]))
}

test.concurrent('a health path elsewhere is found', async ({ stage }) => {
  const program = await serving(stage, `response.writeHead(request.url === '/healthz' ? 200 : 404).end()`)
  const life = await stage.launch(program, { budgets: { readyMs: READY_MS } })

  const opinions = await opinionsOf(life)

  expect([...opinions].filter(([, status]) => status === 200)).toEqual([['/healthz', 200]])
  expect(opinions.get('unknown path')).toBe(404)
  expect([...opinions.keys()]).not.toContain('/health')
  expect(theEvent(life, 'raw-exchange')).toMatchObject({
    purpose: 'once more',
    what: 'GET /health',
    answer: expect.stringMatching(/^HTTP\/1\.1 404 Not Found\r\n/),
  })
  const deadline = theEvent(life, 'deadline')
  expect(theEvent(life, 'second-opinions').atMs).toBeGreaterThan(deadline.atMs)
})

test.concurrent('one who answers for the name localhost alone is found out', async ({ stage }) => {
  const handle = `response.writeHead(request.headers.host.startsWith('localhost:') ? 200 : 403).end()`
  const life = await stage.launch(await serving(stage, handle), { budgets: { readyMs: READY_MS } })

  const opinions = await opinionsOf(life)

  expect(opinions.get('name')).toBe(200)
  expect([...opinions].filter(([, status]) => status === 200)).toHaveLength(1)
})

test.concurrent('one who speaks TLS is found out', async ({ stage }) => {
  const program = await stage.node(`
    const options = { key: ${JSON.stringify(KEY)}, cert: ${JSON.stringify(CERTIFICATE)} }
    const server = require('node:https').createServer(options, (request, response) => response.end('well'))
    server.listen(0, '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port))`)
  const life = await stage.launch(program, { budgets: { readyMs: READY_MS } })

  const opinions = await opinionsOf(life)

  expect([...opinions].filter(([, status]) => status !== null)).toEqual([['protocol', 200]])
})

test.concurrent('one who speaks plain HTTP, where TLS is asked for, is found out', async ({ stage }) => {
  const program = await serving(stage, `response.end('well')`)
  const contract = { health: { protocol: 'https' as const }, budgets: { readyMs: READY_MS } }

  const opinions = await opinionsOf(await stage.launch(program, contract))

  expect([...opinions].filter(([, status]) => status !== null)).toEqual([['protocol', 200]])
})

test.concurrent('what the contract has every request carry is sent with these too', async ({ stage }) => {
  const handle = `response.writeHead(request.headers['x-key'] === 'k' ? 418 : 400).end()`
  const contract = { health: { headers: { 'x-key': 'k' } }, budgets: { readyMs: READY_MS } }
  const life = await stage.launch(await serving(stage, handle), contract)

  const opinions = await opinionsOf(life)

  expect(new Set([...opinions].filter(([of]) => of !== 'protocol').map(([, status]) => status))).toEqual(
    new Set([418]),
  )
  expect(theEvent(life, 'raw-exchange').answer).toMatch(/^HTTP\/1\.1 418 /)
})

test.concurrent('one who answers nothing is not waited for much longer', async ({ stage }) => {
  const life = await stage.launch(await serving(stage, ''), { budgets: { readyMs: READY_MS } })

  const opinions = await opinionsOf(life)

  expect(new Set(opinions.values())).toEqual(new Set([null]))
  expect(theEvent(life, 'raw-exchange')).toMatchObject({ receivedBytes: 0, end: 'still open' })
})

test.concurrent('one who lets nobody in is asked nothing more', async ({ stage }) => {
  const program = await stage.node(`console.log('BACKEND_PORT:1'); setInterval(() => {}, 1000)`)
  const life = await stage.launch(program, { budgets: { readyMs: READY_MS } })

  expect(await life.ready()).toBe(false)

  expect(eventsOf(life, 'second-opinions')).toEqual([])
})

test.concurrent('one who is well is asked nothing more', async ({ stage }) => {
  const life = await stage.launch(await serving(stage, `response.end('well')`))

  expect(await life.ready()).toBe(true)

  expect(eventsOf(life, 'second-opinions')).toEqual([])
})
