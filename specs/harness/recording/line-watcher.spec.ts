import { describe, expect, test } from 'vitest'
import { LineWatcher } from '../../../harness/life/line-watcher.ts'
import { cutAnyhow, makeRandom, SEED } from '../random.ts'
import { recordingOf } from './streams.ts'

const LONGEST = 4096

/** All lines that a watcher hands out for these pieces. */
function watch(pieces: readonly (string | Buffer)[]): string[] {
  const watcher = new LineWatcher()
  return pieces.flatMap(piece => watcher.push(Buffer.from(piece as string)))
}

describe('a line watcher', () => {
  test('hands out each line with the piece that ends it', () => {
    const watcher = new LineWatcher()
    const push = (text: string) => watcher.push(Buffer.from(text))
    expect(push('one\ntwo\nthr')).toEqual(['one', 'two'])
    expect(push('')).toEqual([])
    expect(push('ee')).toEqual([])
    expect(push('\n\n')).toEqual(['three', ''])
    expect(push('\r')).toEqual([])
    expect(push('\nfour\r\n')).toEqual(['', 'four'])
  })

  test('hands out nothing of a line that has no end yet', () => {
    expect(watch(['BACKEND_PORT:41'])).toEqual([])
    expect(watch(['BACKEND_PORT:41', '234\n'])).toEqual(['BACKEND_PORT:41234'])
  })

  test('keeps a carriage return that ends no line', () => {
    expect(watch(['a\rb\n', 'c\r\r\n', '\rd\n'])).toEqual(['a\rb', 'c\r', '\rd'])
  })

  test('joins characters that come in two pieces', () => {
    const bytes = Buffer.from('größer 漢字 😀\n')
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(watch([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(['größer 漢字 😀'])
    }
  })

  test('keeps nothing of memory that is used again', () => {
    const watcher = new LineWatcher()
    const memory = Buffer.from('BACKEND_')
    watcher.push(memory)
    memory.write('xxxxxxxx')
    expect(watcher.push(Buffer.from('PORT:1\n'))).toEqual(['BACKEND_PORT:1'])
  })

  test('hands out the longest line, and skips a longer one to its end', () => {
    const longest = 'x'.repeat(LONGEST)
    expect(watch([`${longest}\nnext\n`])).toEqual([longest, 'next'])
    expect(watch([`${longest}x\nnext\n`])).toEqual(['next'])
    expect(watch([longest, 'x', 'BACKEND_PORT:1', '\nnext\n'])).toEqual(['next'])
    expect(watch([longest, '\nnext\n'])).toEqual([longest, 'next'])
  })

  test(`hands out the same lines in any pieces, as a transcript has them (seed ${SEED})`, () => {
    const random = makeRandom()
    const words = [
      'a',
      'BACKEND_PORT:',
      '41234',
      '\n',
      '\n',
      '\r\n',
      '\r',
      '漢',
      '😀',
      'y'.repeat(LONGEST),
      '',
    ]
    for (let round = 0; round < 300; round += 1) {
      const text = Array.from({ length: random(40) }, () => words[random(words.length)] ?? '').join('')
      const bytes = Buffer.from(text)
      const shown = `seed ${SEED}, round ${round}`
      const lines = watch([bytes])
      expect(watch(cutAnyhow(bytes, random)), shown).toEqual(lines)
      const recorded = recordingOf([bytes]).lines.filter(({ ending }) => ending !== 'none')
      // The one line that a watcher alone drops has a carriage return as byte 4097.
      const short = recorded.filter(line => line.bytes + (line.ending === 'crlf' ? 1 : 0) <= LONGEST)
      expect(lines, shown).toEqual(short.map(line => line.text))
    }
  })
})
