/*
 * `pnpm bench:start`: what the package costs before it does anything. The built package against a Node that does
 * nothing, in turns, so that a busy moment of the machine meets them all; the medians are printed.
 */

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')
const DIST = join(ROOT, 'dist')
const CLI = join(DIST, 'cli.js')
/** Rounds that count. The one before them fills caches. */
const ROUNDS = 21

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  "import('sidecar-harness')": ['--input-type=module', '--eval', `await import('${join(DIST, 'index.js')}')`],
  'sidecar-harness --help': [CLI, '--help'],
  'sidecar-harness check --list': [CLI, 'check', '--list'],
}

const taken = new Map<string, number[]>(Object.keys(COMMANDS).map(name => [name, []]))
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, args] of Object.entries(COMMANDS)) {
    const startedAtMs = performance.now()
    await run(process.execPath, args, { cwd: ROOT })
    if (round > 0) taken.get(name)?.push(performance.now() - startedAtMs)
  }
}
const inVitest = await measureInVitest()

const nothingMs = median(taken.get('node -e 0') ?? [])
console.log(`Node ${process.version}, medians of ${ROUNDS}`)
for (const [name, times] of taken) {
  const ms = median(times)
  console.log(`${name.padEnd(34)} ${ms.toFixed(1).padStart(6)} ms  ${(ms / nothingMs).toFixed(2)} ×`)
}
console.log(
  `${"import('sidecar-harness/vitest')".padEnd(34)} ${inVitest.toFixed(1).padStart(6)} ms, in a worker of Vitest`,
)

/** The face for specs cannot be loaded without Vitest: its own share is timed where it is used. */
async function measureInVitest(): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-start-'))
  try {
    const spec = `import { test } from 'vitest'
const startedAtMs = performance.now()
await import(${JSON.stringify(join(DIST, 'vitest.js'))})
console.log('took', performance.now() - startedAtMs)
test('is loaded', () => {})
`
    // A file each: what a worker has loaded is there for the next one only where files are not isolated.
    for (let round = 0; round < ROUNDS; round++) await writeFile(join(directory, `${round}.test.js`), spec)
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
    const args = [vitest, 'run', '--root', directory, '--maxWorkers', '1']
    const { stdout } = await run(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, NO_COLOR: '1' },
    })
    return median([...stdout.matchAll(/^took ([\d.]+)/gm)].map(([, ms]) => Number(ms)))
  } finally {
    await rm(directory, { recursive: true })
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
