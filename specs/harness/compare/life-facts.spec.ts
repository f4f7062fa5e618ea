import { expect, test } from 'vitest'
import { factsOf } from '../../../harness/compare/life-facts.ts'
import { aLife, loopback, type Script } from '../clauses/recordings.ts'

const serving = (id: string): Script => aLife(id).isLaunched().announces(41_000).isReady()
const listeners = (life: Script) => factsOf([life.toRecording()])[0]?.listeners

test('a life that never became ready has no facts', () => {
  expect(
    factsOf([aLife('plain').isLaunched().isLate('announcement').isKilled().leaves().toRecording()]),
  ).toEqual([])
})

test('times are told from the launch, and from the signal to the exit', () => {
  const life = serving('plain').stopsOn('SIGTERM', { afterMs: 17 }).toRecording()

  expect(factsOf([life])).toMatchObject([{ id: 'plain', announcedMs: 40, readyMs: 42, residentBytes: null }])
  expect(factsOf([life])[0]?.stopMs).toBeCloseTo(17)
})

test('who had to be killed took no time to stop', () => {
  const life = serving('plain').isSent('SIGTERM').isLate('exit').isKilled().leaves()

  expect(factsOf([life.toRecording()])).toMatchObject([{ stopMs: null }])
})

test('nobody knows where one listens that was looked at when it was told to stop', () => {
  expect(listeners(serving('plain').isSent('SIGTERM').isSeen({ listeners: [] }).exits(0).leaves())).toBeNull()
  expect(listeners(serving('plain').isSeen({ listeners: [] }).stopsOn('SIGTERM'))).toEqual({})
})

test('of several looks the one counts that shows most', () => {
  const [one, two] = [loopback(41_000), loopback(41_000, '::1')]
  const life = serving('plain')
    .isSeen({ listeners: [one] })
    .isSeen({ listeners: [one, two] })
    .isSeen({ listeners: [] })

  expect(listeners(life.stopsOn('SIGTERM'))).toEqual({ '127.0.0.1:{port}': 1, '[::1]:{port}': 1 })
})

test('a port is named where most lives that have another one have this', () => {
  const seen = (id: string, port: number) =>
    serving(id)
      .isSeen({ listeners: [loopback(41_000), loopback(port)] })
      .stopsOn('SIGTERM')
      .toRecording()
  const named = (...ports: number[]) =>
    factsOf(ports.map((port, index) => seen(`plain.${index + 1}`, port))).map(
      life => Object.keys(life.listeners ?? {})[1],
    )

  expect(named(9229, 9229, 9229)).toEqual(Array(3).fill('127.0.0.1:9229'))
  expect(named(50_001, 50_002, 50_003)).toEqual(Array(3).fill('127.0.0.1:{any}'))
  // Of one life alone nobody knows who chose it.
  expect(named(9229)).toEqual(['127.0.0.1:{any}'])
})

test('the answer that made it ready is its health', () => {
  const life = aLife('plain')
    .isLaunched()
    .announces(41_000)
    .isAsked('first', { status: 503, body: '{"status":"starting"}' })
    .isAsked('retry', { body: '{"status":"ok"}' })
    .becomesReady()
    .isAsked('check', { body: '{"status":"tired"}' })
    .stopsOn('SIGTERM')

  expect(factsOf([life.toRecording()])[0]?.health?.status?.value).toBe('"ok"')
})
