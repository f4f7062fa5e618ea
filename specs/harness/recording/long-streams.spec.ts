import { describe, expect, test } from 'vitest'
import { Transcript } from '../../../harness/life/transcript.ts'
import { recordingOf, toRecording } from './streams.ts'

const MIB = 1024 * 1024
const KEPT = 2 * MIB

/** A stream of numbered lines of 64 bytes each, in chunks of 64 KiB, a millisecond apart. */
function numbered(lines: number): Transcript {
  const transcript = new Transcript()
  const perChunk = 1024
  for (let first = 0; first < lines; first += perChunk) {
    const count = Math.min(perChunk, lines - first)
    const text = Array.from({ length: count }, (_, index) => `${String(first + index).padEnd(63, '.')}\n`)
    transcript.write(Buffer.from(text.join('')), first / perChunk)
  }
  return transcript
}

describe('a stream too long to keep', () => {
  test('of exactly what can be kept is whole', () => {
    const { bytes, omittedBytes } = toRecording(numbered(KEPT / 64))
    expect({ bytes, omittedBytes }).toEqual({ bytes: KEPT, omittedBytes: 0 })
  })

  test('keeps its head and its tail, and says how much is missing', () => {
    const transcript = numbered(100_000)
    const { bytes, omittedBytes, lines, omittedLines, flaws } = toRecording(transcript)
    expect({ bytes, omittedBytes }).toEqual({ bytes: 6_400_000, omittedBytes: 6_400_000 - KEPT })
    expect(lines).toHaveLength(10_000)
    expect(omittedLines).toBe(KEPT / 64 - 10_000)
    expect(flaws).toEqual([])
    const number = (line = lines[0]) => Number.parseInt(line?.text ?? '', 10)
    expect([number(), number(lines[4999]), number(lines[5000]), number(lines.at(-1))]).toEqual([
      0, 4999, 95_000, 99_999,
    ])
    const { head, tail } = transcript.raw()
    expect([head.length, tail.length]).toEqual([MIB, MIB])
    expect(tail.subarray(-64).toString()).toBe(`${'99999'.padEnd(63, '.')}\n`)
  })

  test('knows the time of lines in its tail', () => {
    const { lines } = toRecording(numbered(100_000))
    for (const line of lines.slice(5000)) {
      expect(line.atMs).toBe(Math.floor(Number.parseInt(line.text, 10) / 1024))
    }
  })

  test.each([1, 7, 4096, 65_536, 3 * MIB])('keeps the same bytes in pieces of %i', length => {
    const whole = Buffer.from(
      Array.from({ length: 3 * MIB + 17 }, (_, index) => (index * 31 + (index >> 8)) % 251),
    )
    const transcript = new Transcript()
    // Single bytes only where they matter: around the ends of the head and of the tail.
    const stride = (at: number) => (length === 1 && at % MIB > 64 && at % MIB < MIB - 64 ? MIB - 128 : length)
    for (let at = 0; at < whole.length; at += stride(at))
      transcript.write(whole.subarray(at, at + stride(at)), at)
    const { head, tail } = transcript.raw()
    expect(head.equals(whole.subarray(0, MIB))).toBe(true)
    expect(tail.equals(whole.subarray(-MIB))).toBe(true)
    expect(toRecording(transcript).omittedBytes).toBe(MIB + 17)
  })

  test('is the same when it is read to where it is kept, and when some of that is not its own', () => {
    const [copied, inPlace] = [numbered(70_001), new Transcript()]
    const whole = Buffer.concat(copied.since(0).map(({ bytes }) => bytes))
    for (let at = 0; at < whole.length; ) {
      // Read, and left out: such as what an inspector says that the harness has opened.
      inPlace.room().fill('#')
      const room = inPlace.room()
      const length = Math.min(room.length, 10_007, whole.length - at)
      whole.copy(room, 0, at, at + length)
      inPlace.write(room.subarray(0, length), 0)
      at += length
    }
    inPlace.room().fill('#')

    const { head, tail } = inPlace.raw()
    expect(Buffer.concat([head, tail]).equals(whole)).toBe(true)
    expect(Buffer.concat(inPlace.since(0).map(({ bytes }) => bytes)).equals(whole)).toBe(true)
  })

  test('has no flaw where it is cut within a character, and no announcement that is cut', () => {
    const transcript = new Transcript()
    // Neither 1 MiB from the start nor 1 MiB from the end is where a character begins.
    transcript.write(Buffer.from(`a${'漢'.repeat(MIB)}`), 0)
    const cut = toRecording(transcript)
    expect(cut.flaws).toEqual([])
    expect(cut.lines.map(({ bytes }) => bytes)).toEqual([MIB, MIB])
    const announcement = 'BACKEND_PORT:41234'
    const head = `${'x'.repeat(MIB - announcement.length - 1)}\n${announcement}`
    const tail = `${announcement}\n${'x'.repeat(MIB - announcement.length - 1)}`
    const readings = recordingOf([head, 'y'.repeat(99), tail]).lines.map(({ reading }) => reading.kind)
    expect(readings).toEqual(['other', 'other', 'other', 'other'])
  })

  test('still has the flaws of its last line', () => {
    const flood = Buffer.alloc(3 * MIB, 'x\n')
    const { flaws } = recordingOf([flood, Buffer.from([0x61, 0xff])])
    expect(flaws).toEqual([{ kind: 'invalid UTF-8', excerpt: 'a�', atMs: 1 }])
  })
})

describe('lines beyond counting', () => {
  test('of more than 10,000 keep the first and the last', () => {
    const { lines, omittedLines } = recordingOf([
      Array.from({ length: 10_001 }, (_, index) => `${index}\n`).join(''),
    ])
    expect(omittedLines).toBe(1)
    expect(lines.map(({ text }) => Number(text))).toEqual([
      ...Array.from({ length: 5000 }, (_, index) => index),
      ...Array.from({ length: 5000 }, (_, index) => index + 5001),
    ])
  })

  test('of exactly 10,000 are all kept', () => {
    const { lines, omittedLines } = recordingOf(['x\n'.repeat(10_000)])
    expect([lines.length, omittedLines]).toEqual([10_000, 0])
  })

  test('longer than 4 KiB keep their length and lose their text and their meaning', () => {
    const [long, just] = recordingOf([`BACKEND_PORT:1${' '.repeat(4083)}\n`, `${'é'.repeat(2048)}\n`]).lines
    expect(long).toMatchObject({ bytes: 4097, reading: { kind: 'other' } })
    expect(long?.text).toHaveLength(4096)
    expect(just).toMatchObject({ bytes: 4096, text: 'é'.repeat(2048) })
  })
})

describe('a flood', () => {
  test('of one line of 100 MB in pieces costs no memory', () => {
    const transcript = new Transcript()
    const piece = Buffer.alloc(10_000, 'x')
    const before = process.memoryUsage()
    for (let index = 0; index < 10_000; index += 1) transcript.write(piece, index)
    const recording = toRecording(transcript)
    const { arrayBuffers, heapUsed } = process.memoryUsage()
    expect(recording).toMatchObject({ bytes: 100_000_000, omittedBytes: 100_000_000 - KEPT, omittedLines: 0 })
    expect(recording.lines.map(({ bytes, text }) => [bytes, text.length])).toEqual([
      [MIB, 4096],
      [MIB, 4096],
    ])
    expect(arrayBuffers - before.arrayBuffers).toBeLessThan(16 * MIB)
    expect(heapUsed - before.heapUsed).toBeLessThan(64 * MIB)
  })

  test('of the shortest lines is cut into lines in no time', () => {
    const transcript = new Transcript()
    const piece = Buffer.from('y\n'.repeat(32_768))
    // So many reads that most of those whose times are kept lie before the tail.
    for (let index = 0; index < 17_000; index += 1) transcript.write(piece, index)
    const before = process.cpuUsage()
    const { lines, omittedLines } = toRecording(transcript)
    // Not by the clock: the machine may be busy with something else.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000)
    expect(lines.length + omittedLines).toBe(MIB)
    expect(lines.at(-1)).toMatchObject({ text: 'y', atMs: 16_999 })
  })
})
