/*
 * `node live-many.js FILE LIVES CONCURRENCY`: a bare loop. It launches so many lives, so many of them at once, asks each for
 * its health and stops it, and looks at nothing. Ends with 0 where all were healthy, and left with 0.
 */

import { launchPlain, stopPlain } from '../ways/plain.ts'

const [, , file = '', lives = '', concurrency = ''] = process.argv
let begun = 0

async function live(): Promise<void> {
  while (begun < Number(lives)) {
    begun += 1
    await stopPlain(await launchPlain(file))
  }
}

await Promise.all(Array.from({ length: Number(concurrency) }, live))
