import { describe, expect, test } from 'vitest'
import { evidenceOf, findingOf } from './evidence.ts'
import { aLife, type Ending, type Script } from './recordings.ts'

const met = () => aLife('strangers').logs('up').announces().isReady().isAsked('check')
const malformed = (life: Script) =>
  life.isSentBytes('malformed', 'binary garbage').isSentBytes('malformed', 'the path //')

const GONE: Ending = { refused: true }
const EXITED = 'it exited with code 1'
const LAST_WORDS = 'its last words on stderr: "up"'

describe('health/malformed-requests', () => {
  const ID = 'health/malformed-requests'

  test('passes with how many there were', () => {
    const life = malformed(met()).isAsked('check').isHeldOpen().isAsked('check').stopsOn('SIGTERM')
    expect(findingOf(ID, evidenceOf({ lives: [life] }))).toEqual({
      outcome: 'pass',
      observed: 'answering after 2 of them',
    })
  })

  test('fails when it exits', () => {
    const life = malformed(met()).isAsked('check', GONE).exits(1).leaves()
    expect(findingOf(ID, evidenceOf({ lives: [life] }))).toEqual({
      outcome: 'fail',
      expected: 'it lives on, and still answers, after requests that are none',
      observed: `${EXITED}, 49 ms after its launch; ${LAST_WORDS}`,
      seen: { life: 'strangers', sinceLaunchMs: 49 },
    })
  })

  test('fails when it lives and does not answer', () => {
    const unanswered = { fails: 'ETIMEDOUT', message: 'no answer within 5000 ms' }
    const life = malformed(met()).isAsked('check', unanswered).stopsOn('SIGTERM')
    expect(findingOf(ID, evidenceOf({ lives: [life] }))).toMatchObject({
      outcome: 'fail',
      observed: `a request failed: no answer within 5000 ms; ${LAST_WORDS}`,
    })
  })

  test('fails when it answers otherwise than before', () => {
    const life = malformed(met()).isAsked('check', { status: 500 }).stopsOn('SIGTERM')
    expect(findingOf(ID, evidenceOf({ lives: [life] }))).toMatchObject({
      observed: `it answered with 500; ${LAST_WORDS}`,
    })
  })

  test('names the one that it does not bear, where that was found', () => {
    const together = malformed(met()).isAsked('check', GONE).exits(1).leaves()
    const oneByOne = aLife('strangers.1')
      .logs('up')
      .announces()
      .isReady()
      .isSentBytes('malformed', 'binary garbage')
      .isAsked('check')
      .isSentBytes('malformed', 'the path //')
      .isAsked('check', GONE)
      .exits(1)
      .leaves()
    expect(findingOf(ID, evidenceOf({ lives: [together, oneByOne] }))).toMatchObject({
      outcome: 'fail',
      expected: 'it lives on, and still answers, after the path //',
      observed: `${EXITED}, 49 ms after its launch; ${LAST_WORDS}`,
      seen: { life: 'strangers.1' },
    })
  })

  test('fails, too, where none of them alone is too much', () => {
    const together = malformed(met()).isAsked('check', GONE).exits(1).leaves()
    const oneByOne = aLife('strangers.1').announces().isReady().isSentBytes('malformed', 'binary garbage')
    const lives = [together, oneByOne.isAsked('check').stopsOn('SIGTERM')]
    expect(findingOf(ID, evidenceOf({ lives }))).toMatchObject({
      expected: 'it lives on, and still answers, after requests that are none',
    })
  })

  test('is blocked when a plain request was too much, and health/concurrent says so', () => {
    const asked = (id: string) =>
      aLife(id).logs('up').announces().isReady().isAsked('check', GONE).exits(1).leaves()
    const evidence = evidenceOf({ lives: [asked('strangers'), asked('questions')] })
    expect(findingOf(ID, evidence)).toEqual({ outcome: 'blocked', by: 'health/concurrent' })
    expect(findingOf('health/idle-connections', evidence)).toEqual({
      outcome: 'blocked',
      by: 'health/concurrent',
    })
  })

  test('fails for a plain request that was too much here alone', () => {
    const life = met().isAsked('check', GONE)
    const gone = aLife('strangers').logs('up').announces().isReady().isAsked('check', GONE).exits(1).leaves()
    expect(life.id).toBe(gone.id)
    expect(findingOf(ID, evidenceOf({ lives: [gone] }))).toMatchObject({
      outcome: 'fail',
      expected: 'it answers a second request, as it did the first',
    })
  })
})

describe('health/idle-connections', () => {
  const ID = 'health/idle-connections'
  const held = () => malformed(met()).isAsked('check').isHeldOpen()

  test('passes with how many there were', () => {
    const life = held().isAsked('check').stopsOn('SIGTERM')
    expect(findingOf(ID, evidenceOf({ lives: [life] }))).toEqual({
      outcome: 'pass',
      observed: 'answered with 2 of them open',
    })
  })

  test('fails when another is not answered', () => {
    const unanswered = { fails: 'ETIMEDOUT', message: 'no answer within 5000 ms' }
    const life = held().isAsked('check', unanswered).stopsOn('SIGTERM')
    expect(findingOf(ID, evidenceOf({ lives: [life] }))).toEqual({
      outcome: 'fail',
      expected:
        'with 2 connections open that say nothing, or half a request, another is answered within 5.00 s',
      observed: `a request failed: no answer within 5000 ms; ${LAST_WORDS}`,
      seen: { life: 'strangers', sinceLaunchMs: 52 },
    })
  })

  test('is skipped when none could be held open', () => {
    const life = malformed(met()).isAsked('check').isHeldOpen(['silent'], 'connect EMFILE').isAsked('check')
    expect(findingOf(ID, evidenceOf({ lives: [life.stopsOn('SIGTERM')] }))).toEqual({
      outcome: 'skipped',
      reason: 'no connection could be held open: connect EMFILE',
    })
  })

  test('is blocked when malformed requests were too much', () => {
    const life = malformed(met()).isAsked('check', GONE).exits(1).leaves()
    expect(findingOf(ID, evidenceOf({ lives: [life] }))).toEqual({
      outcome: 'blocked',
      by: 'health/malformed-requests',
    })
  })
})
