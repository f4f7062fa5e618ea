import { describe, expect, test } from 'vitest'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, type Ending, healthyBody } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

/** What is said of a clause when the first answer is this one, and a later one that. */
function diagnose(id: ClauseId, answer: Ending, contract: ContractInput = {}, later?: Ending) {
  const life = aLife('stop-sigterm').announces().isReady(answer)
  if (later !== undefined) life.after(500).isAsked('check', later)
  return diagnosisIn(evidenceOf({ contract, only: [life.stopsOn('SIGTERM')] }), id)
}

const bodyWith = (changes: Record<string, unknown>): string =>
  JSON.stringify({ ...JSON.parse(healthyBody(42)), ...changes })

describe('health/schema', () => {
  test.each<[string, Ending, string]>([
    [
      'a page',
      {
        contentType: 'text/html; charset=utf-8',
        body: '<!doctype html><p>',
        schemaProblems: ['it is no JSON'],
      },
      'page-for-every-path',
    ],
    [
      'a page without a type',
      { contentType: null, body: '<html><body>', schemaProblems: ['it is no JSON'] },
      'page-for-every-path',
    ],
    [
      'JSON as text',
      { contentType: 'text/plain', schemaProblems: ['its content type'] },
      'health-content-type',
    ],
    ['JSON as nothing', { contentType: null, schemaProblems: ['its content type'] }, 'health-content-type'],
    ['Python in quotes', { body: "{'status': 'ok'}", schemaProblems: ['it is no JSON'] }, 'health-not-json'],
    ['NaN', { body: '{"uptime":NaN}', schemaProblems: ['it is no JSON'] }, 'health-not-json'],
    [
      'a schema that throws',
      { schemaProblems: ["the contract's schema threw: boom"] },
      'health-schema-throws',
    ],
    ['a key too few', { body: '{"status":"ok"}', schemaProblems: ['app: Required'] }, 'health-field-missing'],
    [
      'a number as text',
      { body: bodyWith({ uptime: '1.5' }), schemaProblems: ['uptime: expected number'] },
      'health-number-as-text',
    ],
    [
      'a time without a zone',
      { body: bodyWith({ timestamp: '2026-01-01T00:00:00' }), schemaProblems: ['timestamp: Invalid'] },
      'timestamp-not-iso',
    ],
    [
      'a time as a number',
      { body: bodyWith({ timestamp: 1_767_225_600 }), schemaProblems: ['timestamp: expected string'] },
      'timestamp-not-iso',
    ],
    [
      'a time in a zone',
      { body: bodyWith({ timestamp: '2026-01-01T05:45:00+05:45' }), schemaProblems: ['timestamp: in UTC'] },
      'timestamp-in-own-zone',
    ],
    [
      'a word that is not well',
      { body: bodyWith({ status: 'degraded' }), schemaProblems: ['status: expected "ok"'] },
      'health-says-not-well',
    ],
    ['a list', { body: '[]', schemaProblems: ['expected object, received array'] }, 'health-body-differs'],
    [
      'a field of its own',
      { body: bodyWith({ pool: 'x' }), schemaProblems: ['pool: expected object'] },
      'health-body-differs',
    ],
  ])('%s', (_what, answer, id) => {
    expect(diagnose('health/schema', answer)?.id).toBe(id)
  })

  test('one that is accepted later was announced too soon', () => {
    const starting = { body: bodyWith({ status: 'starting' }), schemaProblems: ['status: expected "ok"'] }
    const found = diagnose('health/schema', starting, {}, {})
    expect(found?.id).toBe('healthy-status-too-soon')
    expect(found?.evidence[1]).toMatch(/^502 ms later it said \{"status":"ok"/)
  })

  test('one that is accepted at first and not later is none of these', () => {
    const ill = { body: bodyWith({ status: 'fail' }), schemaProblems: ['status: expected "ok"'] }
    expect(diagnose('health/schema', {}, {}, ill)?.id).toBe('health-says-not-well')
  })
})

describe('health/identity', () => {
  const contract = { health: { app: 'backend', version: '1.4.2' } }

  test.each<[string, Record<string, unknown>, string]>([
    ['no version', { version: undefined }, 'version-not-built-in'],
    ['a null', { version: null }, 'version-not-built-in'],
    ['a place holder', { version: '0.0.0-development' }, 'version-not-built-in'],
    ['what Go says by itself', { version: '(devel)' }, 'version-not-built-in'],
    ['another version', { version: '1.4.1' }, 'version-differs'],
    ['no app', { app: undefined, version: '1.4.2' }, 'app-not-told'],
    ['another app', { app: 'template', version: '1.4.2' }, 'other-app-answers'],
    ['another app without a version', { app: 'template' }, 'other-app-answers'],
  ])('%s', (_what, changes, id) => {
    expect(diagnose('health/identity', { body: bodyWith(changes) }, contract)?.id).toBe(id)
  })
})

describe('health/clock', () => {
  const at = (timestamp: string) => ({ body: bodyWith({ timestamp }) })

  test.each<[string, string, string]>([
    ['the zero of Go', '0001-01-01T00:00:00Z', 'timestamp-never-set'],
    ['1970', '1970-01-01T00:00:00.000Z', 'timestamp-never-set'],
    ['seconds as milliseconds', '1970-01-21T10:53:45.600Z', 'timestamp-in-wrong-unit'],
    ['a local time as UTC', '2026-01-01T05:45:00.042Z', 'timestamp-in-local-time'],
    ['a local time west of UTC', '2025-12-31T17:00:00.042Z', 'timestamp-in-local-time'],
    ['a local time as such', '2026-01-01T05:45:00.042+05:45', 'timestamp-in-own-zone'],
    ['a cache', '2025-12-31T23:59:37.000Z', 'timestamp-lags'],
    ['the future', '2026-01-01T00:00:11.000Z', 'timestamp-ahead'],
  ])('%s: %s', (_what, timestamp, id) => {
    expect(diagnose('health/clock', at(timestamp))?.id).toBe(id)
  })

  test('the same in two answers was made once', () => {
    const once = at('2026-01-01T00:00:00.030Z')
    expect(diagnose('health/clock', once, {}, once)?.id).toBe('timestamp-made-once')
  })
})

describe('health/uptime', () => {
  const up = (uptime: number) => ({ body: bodyWith({ uptime }) })

  test.each<[string, number, number | undefined, string]>([
    ['less than nothing', -3, undefined, 'uptime-negative'],
    ['the time since 1970', 1_767_225_600, 1_767_225_600.5, 'uptime-is-the-time-of-day'],
    ['since 1970, in milliseconds', 1_767_225_600_000, 1_767_225_600_502, 'uptime-is-the-time-of-day'],
    ['milliseconds, once', 41, undefined, 'uptime-in-wrong-unit'],
    ['milliseconds', 41, 543, 'uptime-in-wrong-unit'],
    ['microseconds', 41_000, 543_000, 'uptime-in-wrong-unit'],
    ['minutes', 0.0007, 0.0007 + 0.502 / 60, 'uptime-in-wrong-unit'],
    ["the machine's", 36_000.1, 36_000.6, 'uptime-of-the-machine'],
    ["the machine's, in whole seconds", 36_000, 36_000, 'uptime-of-the-machine'],
    ["the machine's, once", 36_000.1, undefined, 'uptime-of-the-machine'],
    ['a constant', 0.031, 0.031, 'uptime-stands-still'],
    ['half a clock', 0.04, 0.24, 'uptime-off-pace'],
    ['a clock that goes back', 0.04, 0.01, 'uptime-off-pace'],
  ])('%s', (_what, first, later, id) => {
    const second = later === undefined ? undefined : up(later)
    expect(diagnose('health/uptime', up(first), {}, second)?.id).toBe(id)
  })

  test('the answers that are furthest apart tell its pace: in a short while a coarse one stands still', () => {
    const counted = (id: string, apartMs: number, later: number) =>
      aLife(id).announces().isReady(up(0.001)).after(apartMs).isAsked('check', up(later)).stopsOn('SIGTERM')
    const lives = [counted('stop-sigterm', 100, 0.001), counted('stop-sigint', 3_000, 0.051)]
    expect(diagnosisIn(evidenceOf({ only: lives }), 'health/uptime')?.id).toBe('uptime-in-wrong-unit')
  })
})
