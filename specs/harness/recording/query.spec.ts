import { describe, expect, test } from 'vitest'
import { endedByItself, exitedByItself, firstDemand } from '../../../harness/recording/query.ts'
import { aLife, type Script } from '../clauses/recordings.ts'

const up = () => aLife('stop-sigterm').announces().isReady().after(5)

const DEMANDS: readonly [string, (life: Script) => Script][] = [
  ['a signal', life => life.isSent('SIGTERM')],
  ['a line on its stdin', life => life.isTold('line')],
  ['the end of its stdin', life => life.isTold('closed')],
  ['a request that the contract names', life => life.isAsked('stop', { status: 202 })],
]

describe.each(DEMANDS)('a life that was asked to stop by %s', (_, ask) => {
  test('has not exited by itself after that', () => {
    const life = ask(up()).after(5).exits(0).toRecording()
    expect(firstDemand(life)).toMatchObject({ atMs: 1047 })
    expect(exitedByItself(life)).toBeNull()
    expect(endedByItself(life)).toBe(true)
  })

  test('has when it was gone before', () => {
    const life = ask(up().exits(1).after(5)).toRecording()
    expect(exitedByItself(life)).toMatchObject({ code: 1, atMs: 1047 })
  })
})

test('a life that was killed has neither exited nor ended by itself', () => {
  const life = up().isKilled().toRecording()
  expect(firstDemand(life)).toBeNull()
  expect(exitedByItself(life)).toBeNull()
  expect(endedByItself(life)).toBe(false)
  expect(endedByItself(up().isSent('SIGKILL').exits('SIGKILL').toRecording())).toBe(false)
})

test('what a life is asked otherwise is no demand', () => {
  expect(firstDemand(up().isAsked('check').toRecording())).toBeNull()
})
