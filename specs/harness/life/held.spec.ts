import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import type { Life } from '../../../harness/life/life.ts'
import { liveToItsEnd, test } from './stage.ts'

/* Vitest holds what a test was given until its file is over: lives that have ended, too. */

const LIVES = 20
/** What it wrote, what was asked of it. The buffers of its pipes alone were 128 KiB. */
const MOST_BYTES_PER_LIFE = 32 * 1024

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

async function bufferBytes(): Promise<number> {
  for (let time = 0; time < 3; time++) {
    collect()
    await turn()
  }
  return process.memoryUsage().arrayBuffers
}

test('a life that has ended holds what it wrote, and not what it was read with', async ({ stage }) => {
  const file = await stage.shell('echo one line')
  await liveToItsEnd(await stage.launch(file))
  const before = await bufferBytes()

  const held: Life[] = []
  for (let count = 0; count < LIVES; count++) held.push(await liveToItsEnd(await stage.launch(file)))

  expect((await bufferBytes()) - before).toBeLessThan(LIVES * MOST_BYTES_PER_LIFE)
  expect(held.map(life => life.raw('stdout').head.toString())).toEqual(held.map(() => 'one line\n'))
})
