import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transform } from 'esbuild'
import { expect, test } from 'vitest'

/*
 * A wall clock is set while a gate runs: by NTP, by a person, when a virtual machine wakes up. What the harness measures
 * it measures on performance.now(). This is all that asks what time it is, and why.
 */
const ASKS_THE_TIME: Readonly<Record<string, string>> = {
  'build/place.ts': 'files that a killed build left are known by their age, and files have wall times',
  'life/calibration-program.mjs': 'it is a sidecar, and its health body tells the time',
  'life/client.ts': 'what a body tells as the time is compared with the time of its arrival',
  'life/spec-requests.ts': 'the same',
  'vitest/casebook.ts': 'Vitest tells by wall time when a test began',
  'vitest/patience.ts': 'the same',
}

const HARNESS = join(import.meta.dirname, '../../../harness')

/** Whether a source asks for the time: by its syntax, so that neither a comment nor a string counts. */
async function asksTheTime(file: string): Promise<boolean> {
  const source = readFileSync(join(HARNESS, file), 'utf8')
  const { code } = await transform(source, {
    loader: file.endsWith('.ts') ? 'ts' : 'js',
    minify: true,
    define: { Date: 'WALL_CLOCK' },
  })
  return /WALL_CLOCK\.now|new WALL_CLOCK(?!\w|\([^)])|(?<!new )WALL_CLOCK\(/.test(code)
}

test('nothing in the harness measures by the wall clock', async () => {
  const sources = readdirSync(HARNESS, { recursive: true, encoding: 'utf8' })
    .map(file => file.replaceAll('\\', '/'))
    .filter(file => /\.m?[jt]s$/.test(file))
  expect(sources.length).toBeGreaterThan(300)

  const found = await Promise.all(sources.map(async file => ((await asksTheTime(file)) ? [file] : [])))

  expect(found.flat().sort()).toEqual(Object.keys(ASKS_THE_TIME).sort())
})
