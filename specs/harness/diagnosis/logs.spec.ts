import { describe, expect, test } from 'vitest'
import type { ClauseId } from '../../../harness/contract/catalogue.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, type Ending, type Script } from '../clauses/recordings.ts'
import { isAskedTheUnknown } from '../clauses/sound/health.ts'
import { diagnosisIn } from './diagnosed.ts'

const diagnose = (id: ClauseId, life: Script) => {
  const contract = { logs: { stdout: [/^STATUS/] }, levels: { [id]: 'must' as const } }
  return diagnosisIn(evidenceOf({ contract, lives: [life] }), id)
}

const GONE: Ending = { refused: true }
const LATE: Ending = { fails: 'ETIMEDOUT', message: 'no answer within 5000 ms' }

describe('logs/stdout-machine-only', () => {
  const ID = 'logs/stdout-machine-only'
  const begin = (before = '', after = '') => {
    const life = aLife('stop-sigint').logs('up').writes('stdout', before).announces().writes('stdout', after)
    return life.isReady().isSeen()
  }

  test.each<[string, string, string, string]>([
    ['dotenv', '[dotenv@17.2.3] injecting env (0) from .env\n', '', 'dotenv-on-stdout'],
    ['a banner', 'my-app 1.0\n', '', 'banner-on-stdout'],
    ['a banner and an empty line', 'my-app 1.0\n\n', '\n', 'banner-on-stdout'],
    ['an empty line', '', '\n', 'blank-lines-on-stdout'],
    ['a log', '', 'server is up\n', 'logs-on-stdout'],
    ['an access log', '', 'INFO: "GET /health HTTP/1.1" 200 OK\n', 'requests-logged-on-stdout'],
  ])('%s', (_what, before, after, id) => {
    expect(diagnose(ID, begin(before, after).stopsOn('SIGINT'))?.id).toBe(id)
  })

  test('last words', () => {
    const life = begin().isSent('SIGINT').after(2).writes('stdout', 'bye').exits(0).leaves()
    expect(diagnose(ID, life)?.id).toBe('last-words-on-stdout')
  })

  test('a line for each of many requests, in words of its own', () => {
    const life = aLife('questions').logs('up').announces().isReady().isAsked('check')
    life.isVolleyed('burst', { requests: 24 }).writes('stdout', 'served\n'.repeat(26)).isAsked('check')
    expect(diagnose(ID, life.stopsOn('SIGTERM'))?.id).toBe('requests-logged-on-stdout')
  })

  test('shows the first lines, and when they came', () => {
    const found = diagnose(ID, begin('', 'a\nb\nc\nd\n').stopsOn('SIGINT'))
    expect(found?.evidence).toEqual([
      '40 ms after its launch: "a"',
      '40 ms after its launch: "b"',
      '40 ms after its launch: "c"',
    ])
  })
})

describe('logs/on-stderr', () => {
  test('nothing anywhere', () => {
    const life = aLife('stop-sigint').announces().isReady().stopsOn('SIGINT')
    expect(diagnose('logs/on-stderr', life)?.id).toBe('logs-nothing')
  })

  test('a log on stdout', () => {
    const life = aLife('stop-sigint').announces().writes('stdout', 'up\n').isReady().stopsOn('SIGINT')
    expect(diagnose('logs/on-stderr', life)?.id).toBe('logs-on-the-other-stream')
  })
})

describe('plain streams', () => {
  test.each<[string, string | Buffer, string]>([
    ['colours', 'STATUS \u001B[32mup\u001B[39m\n', 'colours-on-stdout'],
    ['a progress bar', 'STATUS \u001B[2K\u001B[1G50 %\n', 'progress-bar-in-pipe'],
    ['a hidden cursor', 'STATUS \u001B[?25l\n', 'progress-bar-in-pipe'],
    ['UTF-16', Buffer.from('STATUS up\n', 'utf16le'), 'stdout-in-utf16'],
    ['a mark', '\uFEFFSTATUS up\n', 'bom-on-stdout'],
    ['a NUL', 'STATUS up\0\n', 'nul-on-stdout'],
    ['Latin-1', Buffer.from('STATUS prêt\n', 'latin1'), 'stdout-in-code-page'],
  ])('stdout with %s', (_what, bytes, id) => {
    const life = aLife('stop-sigint').logs('up').writes('stdout', bytes).announces().isReady()
    expect(diagnose('logs/plain-stdout', life.stopsOn('SIGINT'))?.id).toBe(id)
  })

  test.each([
    ['colours', '\u001B[36mup\u001B[39m', 'colours-on-stderr'],
    ['a spinner', '\u001B[1A\u001B[2K- loading', 'progress-bar-in-pipe'],
  ])('stderr with %s', (_what, text, id) => {
    const life = aLife('stop-sigint').logs(text).announces().isReady().stopsOn('SIGINT')
    expect(diagnose('logs/plain-stderr', life)?.id).toBe(id)
  })
})

describe('logs/closed-pipes', () => {
  const ID = 'logs/closed-pipes'
  const closed = () => {
    const life = isAskedTheUnknown(aLife('closed-pipes').logs('up').announces().isReady())
    return life.isRead('stdout', 'closed').isRead('stderr', 'closed')
  }

  test.each<[string, number | NodeJS.Signals, string]>([
    ['by SIGPIPE', 'SIGPIPE', 'dies-of-sigpipe'],
    ['as a shell tells of SIGPIPE', 141, 'dies-of-sigpipe'],
    ['by an exception', 1, 'dies-of-closed-pipe'],
    ['by a panic', 'SIGABRT', 'dies-of-closed-pipe'],
  ])('it ends %s', (_how, exit, id) => {
    expect(diagnose(ID, closed().isAsked('check', GONE).exits(exit).leaves())?.id).toBe(id)
  })

  test('it runs on and answers no more', () => {
    const life = closed().isAsked('check', LATE).stopsOn('SIGTERM')
    expect(diagnose(ID, life)?.id).toBe('stands-still-over-closed-pipe')
  })

  test('it serves on and its end fails, as that of Python', () => {
    const life = isAskedTheUnknown(closed()).stopsOn('SIGTERM', { exit: 120 })
    const found = diagnose(ID, life)
    expect(found?.id).toBe('stops-badly-without-pipes')
    expect(found?.evidence).toEqual(['it exited with code 120'])
  })
})

describe('logs/undrained-stderr', () => {
  const ID = 'logs/undrained-stderr'
  const unread = () => {
    const life = aLife('undrained-stderr').logs('up').announces().isReady()
    life.isVolleyed('load', { path: '/unknown' }).isAsked('check')
    return life.isRead('stderr', 'paused').isVolleyed('load', { path: '/unknown' })
  }

  test('it waits', () => {
    const life = unread().isAsked('check', LATE).isRead('stderr', 'resumed')
    const found = diagnose(ID, life.writes('stderr', 'x'.repeat(65_536)).stopsOn('SIGTERM'))
    expect(found?.id).toBe('blocks-on-full-pipe')
    expect(found?.evidence).toContain('64.0 KiB of its log came when it was read again')
  })

  test('it ends', () => {
    const life = unread().isAsked('check', GONE).exits(1).leaves()
    expect(diagnose(ID, life)?.id).toBe('dies-of-full-pipe')
  })
})
