import { describe, expect, test } from 'vitest'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife, aProcess } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'
import { fails, foundWith } from './starting.ts'

describe('start/any-stdin', () => {
  test('it ends, with 0, when it was ready', () => {
    const life = aLife('null-stdin').announces().isReady().after(5).exits(0).leaves()
    expect(foundWith('start/any-stdin', [life])?.id).toBe('ends-with-its-stdin')
  })

  test('Python says that it wanted to read', () => {
    const life = fails('null-stdin', { stdin: 'null' }, 'EOFError: EOF when reading a line')
    expect(foundWith('start/any-stdin', [life])?.id).toBe('reads-stdin-at-start')
  })

  test('it stays up, and never becomes ready', () => {
    const life = aLife('null-stdin').isLate('announcement').isSeen({ listeners: [] }).isSent('SIGTERM')
    expect(foundWith('start/any-stdin', [life.exits(0).leaves()])?.id).toBe('needs-an-open-stdin')
  })
})

describe('start/bounded-tree', () => {
  const crowd = (command: (index: number) => string) => {
    const processes = Array.from({ length: 40 }, (_, index) => aProcess(500 + index, command(index)))
    return [aLife('stop-sigterm').isSeen({ processes, listeners: [] }).bursts(40, 32)]
  }

  test('of its own program over and over', () => {
    const lives = crowd(() => '/app/backend --multiprocessing-fork')
    expect(diagnosisIn(evidenceOf({ only: lives }), 'start/bounded-tree')).toMatchObject({
      id: 'starts-itself',
      evidence: ['40 of 40 processes are /app/backend'],
    })
  })

  test('of another program', () => {
    const lives = crowd(index => (index === 0 ? '/app/backend' : '/usr/bin/worker 1'))
    expect(diagnosisIn(evidenceOf({ only: lives }), 'start/bounded-tree')).toMatchObject({
      id: 'too-many-processes',
      evidence: [expect.any(String), '1 × /app/backend', '39 × /usr/bin/worker'],
    })
  })
})

describe('start/no-litter', () => {
  test.each([
    ['_MEIab12cd/libpython3.so', 'temporary directory', 'leaves-what-pyinstaller-unpacked'],
    ['node-compile-cache/v24.21.0-x64/abc', 'temporary directory', 'leaves-compile-cache'],
    ['upload-1', 'temporary directory', 'leaves-temporary-files'],
    ['app.log', 'working directory', 'leaves-files-in-working-directory'],
  ] as const)('%s in the %s: %s', (path, where, id) => {
    const life = aLife('stop-sigterm')
      .announces()
      .isReady()
      .isSeen()
      .after(8)
      .isSent('SIGTERM')
      .after(5)
      .exits(0)
    const lives = [life.litters([{ path, where, bytes: 1 }]).leaves()]
    expect(foundWith('start/no-litter', lives)?.id).toBe(id)
  })
})
