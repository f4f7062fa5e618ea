import assert from 'node:assert/strict'
import fc from 'fast-check'
import { LineWatcher } from '../../../harness/life/line-watcher.ts'
import { Transcript } from '../../../harness/life/transcript.ts'
import type { StreamRecording } from '../../../harness/recording/recording.ts'
import { type LiveLine, LiveLines } from '../../../harness/report/live-lines.ts'
import { Lines } from '../../../harness/sidecar/output.ts'
import { toRecording } from '../recording/streams.ts'
import { type Chunked, chunked, inPieces } from './bytes.ts'
import { type Property, property } from './property.ts'

/** What is kept of a stream, and of a line. */
const KEPT_BYTES = 2 * 1024 * 1024
const LINE_TEXT_BYTES = 4096
const SHOWN_CHARACTERS = 512
const LOG_LINE_CHARACTERS = 256 * 1024
/** In one second. */
const MOST_SHOWN = 100

/** Streams so long that their middle is not kept. */
const long: fc.Arbitrary<Chunked> = fc
  .record({
    unit: fc.constantFrom('line of a log\n', 'größer 漢字 😀\r\n', 'no end ', '\n'),
    bytes: fc.integer({ min: KEPT_BYTES - 200, max: KEPT_BYTES + 70_000 }),
    chunk: fc.integer({ min: 900, max: 300_000 }),
  })
  .map(({ unit, bytes, chunk }) => {
    const whole = Buffer.alloc(bytes, unit)
    const chunks = Array.from({ length: Math.ceil(bytes / chunk) }, (_, index) =>
      whole.subarray(index * chunk, (index + 1) * chunk),
    )
    return { bytes: whole, chunks }
  })

/** A stream, and the lines of it that are cut when somebody asks. */
function logOf(): { lines: Lines; write(chunk: Buffer): void; push(chunk: Buffer): readonly string[] } {
  const transcript = new Transcript()
  const lines = new Lines(offset => transcript.since(offset))
  const write = (chunk: Buffer) => readInto(transcript, chunk)
  return {
    lines,
    write,
    push(chunk) {
      write(chunk)
      return lines.next()
    },
  }
}

/** As a pipe is read: as much at a time as there is room for. */
function readInto(transcript: Transcript, chunk: Buffer): void {
  for (let at = 0; at < chunk.length; ) {
    const room = transcript.room()
    const length = chunk.copy(room, 0, at)
    transcript.write(room.subarray(0, length), 0)
    at += length
  }
}

export const LINES: readonly Property[] = [
  property('a recorded stream has the same lines, flaws and readings', chunked, ({ bytes, chunks }) => {
    assert.deepEqual(recordedOf(chunks), recordedOf([bytes]))
  }),
  property('a recorded stream has all bytes, and no other', chunked, ({ bytes, chunks }) => {
    const recorded = recordedOf(chunks)
    assert.equal(recorded.bytes, bytes.length)
    assert.deepEqual(rawOf(chunks), bytes)
    assert.equal(lengthOf(recorded), bytes.length)
    const texts = bytes.toString('latin1').split('\n')
    if (texts.at(-1) === '') texts.pop()
    assert.deepEqual(
      recorded.lines.map(({ text }) => text),
      texts.map((text, index) => {
        const isLast = index === texts.length - 1 && bytes.at(-1) !== 0x0a
        const bare = isLast ? text : text.replace(/\r$/, '')
        return Buffer.from(bare, 'latin1').subarray(0, LINE_TEXT_BYTES).toString()
      }),
    )
  }),
  property(
    'a stream too long to keep is counted to the byte, and keeps both of its ends',
    long,
    ({ bytes, chunks }) => {
      const recorded = recordedOf(chunks)
      const raw = rawOf(chunks)
      assert.equal(recorded.bytes, bytes.length)
      assert.equal(raw.length + recorded.omittedBytes, bytes.length)
      const half = raw.length / 2
      assert.ok(raw.subarray(0, half).equals(bytes.subarray(0, half)))
      assert.ok(raw.subarray(-half).equals(bytes.subarray(-half)))
      assert.deepEqual(recorded, recordedOf([bytes]))
    },
    { runs: 3 },
  ),
  property('who waits for a line gets those that have an end', chunked, ({ bytes, chunks }) => {
    const watcher = new LineWatcher()
    const ended = recordedOf([bytes]).lines.filter(({ ending }) => ending !== 'none')
    assert.deepEqual(
      chunks.flatMap(chunk => watcher.push(chunk)),
      // Of a line that is too long nothing is handed out; its carriage return counts.
      ended
        .filter(each => each.bytes + (each.ending === 'crlf' ? 1 : 0) <= LINE_TEXT_BYTES)
        .map(each => each.text),
    )
  }),
  property(
    'who watches a life is shown all lines, cut where they are long',
    chunked,
    ({ bytes, chunks }) => {
      const expected = textsOf(bytes).map(({ text, hasEnd }) => {
        const shown = text.length > SHOWN_CHARACTERS ? null : text.replace(/\r$/, '')
        return {
          text: shown,
          end: hasEnd ? '' : ' (no newline ends it)',
          start: text.slice(0, SHOWN_CHARACTERS),
        }
      })
      const shown = shownOf(chunks)
      const omitted = expected.length - MOST_SHOWN
      assert.equal(shown.length, omitted > 0 ? MOST_SHOWN + 1 : expected.length)
      if (omitted > 0) assert.match(shown.at(-1)?.text ?? '', new RegExp(`^… ${omitted} more line`))
      for (const [index, line] of expected.slice(0, MOST_SHOWN).entries()) {
        const { text } = shown[index] ?? { text: '' }
        if (line.text !== null) assert.equal(text, line.text + line.end)
        else assert.ok(line.start.startsWith(text.slice(0, SHOWN_CHARACTERS - 1)))
        assert.ok(text.isWellFormed())
      }
      assert.deepEqual(shown, shownOf([bytes]))
    },
    {
      examples: [
        inPieces('half a letter ', Buffer.from([0xc3])),
        inPieces(Buffer.from([0xf0, 0x9f])),
        inPieces(`${'x'.repeat(511)}😀\n`),
      ],
    },
  ),
  property(
    "a test's own log has all lines",
    chunked,
    ({ bytes, chunks }) => {
      const { lines, push } = logOf()
      const got = [...chunks.flatMap(push), ...lines.end()]
      assert.deepEqual(
        got,
        textsOf(bytes).map(({ text }) => text.replace(/\r$/, '')),
      )
      assert.deepEqual(lines.kept, got)
    },
    { examples: [inPieces('half a letter ', Buffer.from([0xe6, 0xbc]))] },
  ),
  property("a test's own log has all lines that came while nobody asked", chunked, ({ bytes, chunks }) => {
    const { lines, write } = logOf()
    chunks.forEach(write)
    const before = [...lines.kept]
    assert.deepEqual(
      [...before, ...lines.end()],
      textsOf(bytes).map(({ text }) => text.replace(/\r$/, '')),
    )
  }),
  property(
    "a test's own log has the first and the last lines of a flood that nobody looked at, and no half ones",
    // So wide that what is kept of the stream is fewer lines than are kept.
    fc.tuple(fc.integer({ min: 1, max: 300_000 }), fc.integer({ min: 120, max: 900 })),
    ([chunk, width]) => {
      const all = Array.from(
        { length: 6_000_000 / (width + 1) },
        (_, index) => `${index} ${'x'.repeat(width)}`,
      )
      const bytes = Buffer.from(all.map(line => `${line}\n`).join(''))
      const { lines, write } = logOf()
      write(Buffer.from('begun\n'))
      assert.deepEqual(lines.kept, ['begun'])
      const step = Math.max(chunk, 500)
      for (let from = 0; from < bytes.length; from += step) write(bytes.subarray(from, from + step))
      const [first, ...kept] = lines.kept
      assert.equal(first, 'begun')
      const head = kept.findIndex((line, index) => line !== all[index])
      assert.ok(kept.slice(0, head).join('\n').length > KEPT_BYTES / 2 - 1_000)
      const last = kept.slice(head)
      assert.deepEqual(last, all.slice(-last.length))
      assert.ok(last.join('\n').length > KEPT_BYTES / 2 - 1_000)
    },
    { runs: 4 },
  ),
  property(
    "a test's own log cuts a line without end at the same places",
    fc.tuple(fc.integer({ min: 250_000, max: 600_000 }), fc.integer({ min: 10_000, max: 600_000 })),
    ([length, chunk]) => {
      const bytes = Buffer.alloc(length, 'größer ')
      const pieces = Array.from({ length: Math.ceil(length / chunk) }, (_, index) =>
        bytes.subarray(index * chunk, (index + 1) * chunk),
      )
      const [one, other] = [logOf(), logOf()]
      assert.deepEqual(
        [...pieces.flatMap(one.push), ...one.lines.end()],
        [...other.push(bytes), ...other.lines.end()],
      )
      assert.equal(one.lines.kept.join(''), bytes.toString())
      assert.ok(one.lines.kept.every(line => line.length <= LOG_LINE_CHARACTERS))
    },
    { runs: 20 },
  ),
]

/** What is recorded of these pieces, as if all had come at once. */
function recordedOf(chunks: readonly Buffer[]): StreamRecording {
  return toRecording(transcriptOf(chunks))
}

function rawOf(chunks: readonly Buffer[]): Buffer {
  const { head, tail } = transcriptOf(chunks).raw()
  return Buffer.concat([head, tail])
}

function transcriptOf(chunks: readonly Buffer[]): Transcript {
  const transcript = new Transcript()
  // A pipe's buffer is read into again: what is kept has to be a copy.
  const memory = Buffer.alloc(chunks.reduce((most, { length }) => Math.max(most, length), 0))
  for (const chunk of chunks) {
    chunk.copy(memory)
    transcript.write(memory.subarray(0, chunk.length), 0)
  }
  memory.fill('#')
  return transcript
}

const ENDING_BYTES = { none: 0, lf: 1, crlf: 2 } as const

function lengthOf({ lines }: StreamRecording): number {
  return lines.reduce((sum, { bytes, ending }) => sum + bytes + ENDING_BYTES[ending], 0)
}

/** The lines as anybody would split them who has all bytes at once. */
function textsOf(bytes: Buffer): { text: string; hasEnd: boolean }[] {
  const texts = bytes.toString().split('\n')
  const lines = texts.map((text, index) => ({ text, hasEnd: index < texts.length - 1 }))
  return lines.at(-1)?.text === '' ? lines.slice(0, -1) : lines
}

function shownOf(chunks: readonly Buffer[]): readonly LiveLine[] {
  const shown: LiveLine[] = []
  const lines = new LiveLines('stdout', line => shown.push(line))
  for (const chunk of chunks) lines.push(chunk, 0)
  lines.end(0)
  return shown
}
