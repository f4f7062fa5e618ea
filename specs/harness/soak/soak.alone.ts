import { mkdirSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { test as base, describe, expect, type TestAPI } from 'vitest'
import { endProcess, processesWith } from '../life/processes.ts'
import { until } from '../life/until.ts'

/* A short soak. A thousand lives, and what they came to, are in docs/soak.md. */

const SOAK = join(import.meta.dirname, '../../soak/soak.ts')

/** Each program in each way. */
const LIVES = 100
/** A round, and what is left in it. */
const A_FEW = 12
/** On a machine that is idle a tenth of it. */
const SOAK_MS = 300_000

interface Soaking {
  start(...args: string[]): ReturnType<typeof startSoak>
  /** What is left of its processes, and in its TMPDIR. */
  left(): readonly (string | number)[]
}

const test: TestAPI<{ soaking: Soaking }> = base.extend<{ soaking: Soaking }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern what a fixture needs.
  async soaking({}, use) {
    const directory = await mkdtemp(join(tmpdir(), 'soak-'))
    const temporary = join(directory, 'tmp')
    mkdirSync(temporary)
    try {
      await use({
        start: (...args) => startSoak(temporary, args),
        left: () => [...processesWith(directory), ...readdirSync(temporary)],
      })
    } finally {
      for (const pid of processesWith(directory)) endProcess(pid)
      await rm(directory, { recursive: true })
    }
  },
})

function startSoak(temporary: string, args: readonly string[]) {
  const env = { TMPDIR: temporary, NODE_DISABLE_COMPILE_CACHE: '1' }
  return execa(process.execPath, [SOAK, ...args], { env, reject: false, stdin: 'ignore', timeout: SOAK_MS })
}

describe.skipIf(process.platform !== 'linux')('a soak', () => {
  test('finds nothing', { timeout: SOAK_MS }, async ({ soaking }) => {
    const { exitCode, stdout, stderr } = await soaking.start('--lives', String(LIVES))
    expect(`${stdout}\n${stderr}`).toContain('Nothing was left.')
    expect(exitCode).toBe(0)
    expect(soaking.left()).toEqual([])
  })

  test('finds what is left, and says what it is', { timeout: SOAK_MS }, async ({ soaking }) => {
    const { exitCode, stdout } = await soaking.start('--lives', String(A_FEW), '--leave', 'process')
    expect(stdout).toMatch(/^LEFT {2}processes: \d+ more of "sleep 600"$/m)
    expect(exitCode).toBe(1)
    expect(soaking.left()).toEqual([])
  })

  test('leaves nothing when it is interrupted', { timeout: SOAK_MS }, async ({ soaking }) => {
    const running = soaking.start('--lives', '1000')
    let said = ''
    running.stdout.on('data', chunk => {
      said += chunk
    })
    // In the middle of lives: it is told of when the first round begins.
    await expect.poll(() => said, { timeout: SOAK_MS }).toContain('| lives |')
    await until(() => soaking.left().length > 3, 'something lives')
    running.kill('SIGINT')
    expect((await running).exitCode).toBe(130)
    expect(soaking.left()).toEqual([])
  })
})
