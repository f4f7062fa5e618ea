import { describe, expect, test } from 'vitest'
import { renderTimeline, timelineOf } from '../../../harness/report/timeline.ts'
import { aLife, aProcess } from '../clauses/recordings.ts'

describe('a timeline', () => {
  test('tells what was said, asked, answered, signalled, and how it ended, in its order', () => {
    const life = aLife('spec')
      .announces(41_234)
      .isReady()
      .logs('GET /health 200')
      .after(1_000)
      .isAsked('test', { status: 422, body: '{"error":"empty"}' }, { method: 'POST', path: '/notes' })
      .isAsked('test', { fails: 'ECONNRESET', message: 'read ECONNRESET' }, { path: '/crash' })
      .stopsOn('SIGTERM', { exit: 3 })
      .toRecording()

    expect(renderTimeline(life)).toBe(
      [
        '    +0.0 ms  launch     /app/backend',
        '     +40 ms  announced  port 41234',
        '     +40 ms  GET        /health → 200 after 2.0 ms',
        '     +40 ms  stdout     BACKEND_PORT:41234',
        '     +42 ms  ready',
        '     +42 ms  stderr     GET /health 200',
        '    +1.04 s  POST       /notes → 422 after 2.0 ms: {"error":"empty"}',
        '    +1.04 s  GET        /crash → no answer: read ECONNRESET',
        '    +1.05 s  SIGTERM    sent',
        '    +1.06 s  exit       code 3',
      ].join('\n'),
    )
  })

  test('tells what was waited for in vain, who was killed, and what was left', () => {
    const life = aLife('spec')
      .announces()
      .isReady()
      .isSent('SIGINT')
      .isLate('exit', 2_000)
      .isKilled()
      .leaves({ processes: [aProcess(777)] })
      .after(1)
      .isSent('SIGTERM', { delivered: false })
      .toRecording()

    const told = timelineOf(life).map(({ what, text }) => `${what}: ${text}`)
    expect(told.slice(-6)).toEqual([
      'SIGINT: sent',
      'waited: 2.00 s for its exit, in vain',
      'killed: by the harness: it did not end by itself',
      'exit: killed by SIGKILL',
      expect.stringMatching(/^left: still alive: 777 \(.+\)$/),
      'SIGTERM: sent to nobody: it was gone',
    ])
  })

  test('says of a request that is under way that there is no answer yet', () => {
    const life = aLife('spec').announces().isReady().isBusyWith('/export').toRecording()

    expect(timelineOf(life).at(-1)).toMatchObject({ what: 'GET', text: '/export → no answer yet' })
  })

  test('keeps the beginning and, longer, the end of a long life, and says how much is between', () => {
    const script = aLife('spec').announces().isReady()
    for (let line = 1; line <= 100; line++) script.logs(`line ${line}`)
    const lines = renderTimeline(script.exits(0).toRecording()).split('\n')

    expect(lines).toHaveLength(41)
    expect(lines[12]).toBe('    … 66 more …')
    expect(lines[11]).toMatch(/ line 7$/)
    expect(lines[13]).toMatch(/ line 74$/)
    expect(lines.at(-1)).toMatch(/ exit +code 0$/)
  })

  test('shows no control characters, and one line for each thing', () => {
    const life = aLife('spec').writes('stderr', 'a\x1b[31m\rb\n').toRecording()

    expect(renderTimeline(life)).toContain('stderr  a\\x1b[31m\\rb')
  })
})
