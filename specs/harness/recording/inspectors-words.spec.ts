import { expect, test } from 'vitest'
import { InspectorsWords } from '../../../harness/life/inspectors-words.ts'
import { cutAnyhow, makeRandom, SEED } from '../random.ts'

const OF_THE_INSPECTOR = [
  'Debugger listening on ws://127.0.0.1:9229/777309aa-67e4-49a4-bb88-8dd2105b3286\n',
  'For help, see: https://nodejs.org/learn/getting-started/debugging\n',
  'Debugger attached.\n',
  'Starting inspector on 127.0.0.1:9229 failed: address already in use\n',
  'Debugger ending on ws://127.0.0.1:9229/777309aa-67e4-49a4-bb88-8dd2105b3286\n',
]
const OF_THE_SIDECAR = [
  'Debugging\n',
  'For help, see: the manual\n',
  'half a ',
  'line\n',
  '\n',
  'Debugger',
  ' D\n',
]

test('takes out what the inspector says, and nothing else, in whatever pieces it comes', () => {
  const random = makeRandom(SEED)
  for (let turn = 0; turn < 200; turn++) {
    const own: string[] = []
    const all: string[] = []
    for (let count = 0; count < 12; count++) {
      const isOwn = random(2) === 0
      const words = isOwn ? OF_THE_SIDECAR : OF_THE_INSPECTOR
      const text = words[random(words.length)] ?? ''
      all.push(text)
      if (isOwn) own.push(text)
    }
    const filter = new InspectorsWords()
    const kept = cutAnyhow(Buffer.from(all.join('')), random).map(piece => filter.push(piece))

    expect(Buffer.concat([...kept, filter.flush()]).toString()).toBe(own.join(''))
  }
})

test('passes on at once what cannot become one of its lines', () => {
  const filter = new InspectorsWords()

  expect(filter.push(Buffer.from('a line\nand half')).toString()).toBe('a line\nand half')
  expect(filter.push(Buffer.from(' of one: Debugger')).toString()).toBe(' of one: ')
  expect(filter.push(Buffer.from(' is a word\n')).toString()).toBe('Debugger is a word\n')
})
