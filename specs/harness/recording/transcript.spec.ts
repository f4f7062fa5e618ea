import { describe, expect, test } from 'vitest'
import { Transcript } from '../../../harness/life/transcript.ts'
import { cutAnyhow, makeRandom, SEED } from '../random.ts'
import { recordingOf, toRecording } from './streams.ts'

const SAMPLE = Buffer.from('BACKEND_PORT:41234\r\ngrößer 漢字 😀\n\n\r\nend\rless\nlast 😀')

describe('lines', () => {
  test('have their text, their bytes, their ending and what the grammar says', () => {
    expect(recordingOf([SAMPLE]).lines).toEqual([
      {
        text: 'BACKEND_PORT:41234',
        bytes: 18,
        ending: 'crlf',
        atMs: 0,
        reading: { kind: 'announcement', port: 41_234, host: null },
      },
      { text: 'größer 漢字 😀', bytes: 20, ending: 'lf', atMs: 0, reading: { kind: 'other' } },
      { text: '', bytes: 0, ending: 'lf', atMs: 0, reading: { kind: 'other' } },
      { text: '', bytes: 0, ending: 'crlf', atMs: 0, reading: { kind: 'other' } },
      { text: 'end\rless', bytes: 8, ending: 'lf', atMs: 0, reading: { kind: 'other' } },
      { text: 'last 😀', bytes: 9, ending: 'none', atMs: 0, reading: { kind: 'other' } },
    ])
  })

  test('are the same wherever the stream is cut in two, also within a character and within CRLF', () => {
    const whole = recordingOf([SAMPLE])
    for (let at = 0; at <= SAMPLE.length; at += 1) {
      const { lines, ...rest } = recordingOf([SAMPLE.subarray(0, at), SAMPLE.subarray(at)])
      expect({ ...rest, lines: lines.map(line => ({ ...line, atMs: 0 })) }, `cut at ${at}`).toEqual(whole)
    }
  })

  test(`are the same in any pieces (seed ${SEED})`, () => {
    const random = makeRandom()
    const whole = recordingOf([SAMPLE])
    for (let round = 0; round < 200; round += 1) {
      const pieces = cutAnyhow(SAMPLE, random)
      const { lines } = recordingOf(pieces)
      const shown = `seed ${SEED}: ${JSON.stringify(pieces.map(String))}`
      expect(
        lines.map(line => ({ ...line, atMs: 0 })),
        shown,
      ).toEqual(whole.lines)
    }
  })

  test('have the time at which their last byte could be read', () => {
    const { lines } = recordingOf(['one\ntw', 'o\nthr', 'ee', '\r', '\nfour'])
    expect(lines.map(({ text, atMs }) => [text, atMs])).toEqual([
      ['one', 0],
      ['two', 1],
      ['three', 4],
      ['four', 4],
    ])
  })

  test('keep a piece that comes later from changing what was read before', () => {
    const chunk = Buffer.from('first\n')
    const transcript = new Transcript()
    transcript.write(chunk, 0)
    chunk.fill('x')
    expect(toRecording(transcript).lines).toMatchObject([{ text: 'first' }])
  })

  test.each([
    ['BACKEND_PORT:41234', 'near-miss', 'no newline ends it, so a reader of lines never gets it'],
    ['BACKEND_PORT: 41234', 'near-miss', 'it is not written as BACKEND_PORT:{port}'],
  ])('%j at the end of the stream is no announcement', (text, kind, why) => {
    expect(recordingOf([text]).lines).toMatchObject([{ ending: 'none', reading: { kind, why } }])
  })

  test('of an empty stream are none', () => {
    expect(recordingOf([])).toEqual({
      transport: 'pipe',
      bytes: 0,
      omittedBytes: 0,
      lines: [],
      omittedLines: 0,
      flaws: [],
      closedAtMs: null,
    })
  })
})

describe('the end of a stream', () => {
  test('is noted once, and told to who waits for it', async () => {
    const transcript = new Transcript()
    const told: string[] = []
    const waiting = transcript.whenClosed().then(() => told.push('closed'))
    await Promise.resolve()
    expect(told).toEqual([])
    transcript.close(7)
    transcript.close(9)
    await waiting
    expect(told).toEqual(['closed'])
    expect(toRecording(transcript).closedAtMs).toBe(7)
  })
})

describe('flaws', () => {
  test.each([
    ['escape code', '\u001B[31mred\u001B[0m', '\\x1b[31mred\\x1b[0m'],
    ['NUL', 'a\0b', 'a\\x00b'],
    ['byte order mark', '\uFEFFa', '\\u{feff}a'],
    ['invalid UTF-8', Buffer.from([0x61, 0xff]), 'a�'],
    ['invalid UTF-8', Buffer.from([0x61, 0xc3]), 'a�'],
    ['invalid UTF-8', Buffer.from([0xed, 0xa0, 0x80]), '���'],
  ])('of the kind %s are found in %j', (kind, bytes, excerpt) => {
    expect(recordingOf(['plain\n', bytes, '\n', 'plain\n']).flaws).toEqual([{ kind, excerpt, atMs: 2 }])
  })

  test('of several kinds in a line are all named', () => {
    expect(recordingOf(['\uFEFF\u001B\0', Buffer.from([0xff])]).flaws.map(({ kind }) => kind)).toEqual([
      'escape code',
      'NUL',
      'byte order mark',
      'invalid UTF-8',
    ])
  })

  test('are not seen in letters, tabs, and characters that come in two pieces', () => {
    const bytes = Buffer.from('größer\t漢字 😀\n')
    for (let at = 0; at < bytes.length; at += 1) {
      expect(recordingOf([bytes.subarray(0, at), bytes.subarray(at)]).flaws).toEqual([])
    }
  })

  test('are not listed without end', () => {
    const { flaws } = recordingOf(['\0\u001B\n'.repeat(1000)])
    expect(flaws).toHaveLength(20)
  })
})
