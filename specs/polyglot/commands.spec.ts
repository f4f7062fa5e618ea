import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Judged } from '../../fixtures/polyglot/measure.ts'
import { renderRows } from '../../fixtures/polyglot/rows.ts'

/* `pnpm polyglot` and `pnpm setup:polyglot` on a machine that has nothing. On one that has it, polyglot.slow.ts. */

const DIRECTORY = join(import.meta.dirname, '../../fixtures/polyglot')

describe('pnpm polyglot', () => {
  test('names what is missing, and calls that no failure', async () => {
    const { code, stdout } = await run('table.ts', ['--only', 'go', '--only', 'c', '--json'])
    expect(JSON.parse(stdout)).toEqual([
      missing('go', 'Go', 'Go is missing; pnpm setup:polyglot installs it'),
      missing('c', 'C', 'a C compiler is missing; pnpm setup:polyglot installs it'),
    ])
    expect(code).toBe(0)
  })

  test('prints a row for what is missing', async () => {
    const { stdout } = await run('table.ts', ['--only', 'python'])
    expect(stdout).toMatch(/^python +not built: Python 3 is missing; pnpm setup:polyglot installs it$/m)
  })

  test('does not know a sidecar that is none', async () => {
    const { code, stdout, stderr } = await run('table.ts', ['--only', 'rusty'])
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: 'There is no sidecar rusty. Did you mean "rust"?\n',
    })
  })

  test('shows what was measured in columns, and beneath them what is broken', () => {
    const broken = ['stop/sigterm (fail): still running 10.00 s after SIGTERM']
    const table = renderRows([
      judged({ name: 'c', what: 'C', toolVersion: '12.2.0', bytes: 22_400 }),
      judged({ name: 'deno', what: 'Deno', outcome: 'fail', buildMs: null, stopMs: null, broken }),
      missing('go', 'Go', 'Go is missing'),
      { name: 'rust', what: 'Rust', outcome: 'unbuilt', reason: 'cargo could not make the binary:\n  error' },
    ])
    expect(table).toBe(
      [
        '      build   size      ready   stop    memory   clauses passed       verdict',
        'c     232 ms  21.9 KiB  6.5 ms  0.2 ms  1.7 MiB  65 of 66, 1 skipped  pass: C, 12.2.0',
        'deno  –       1.0 MiB   6.5 ms  –       1.7 MiB  65 of 66, 1 skipped  fail: Deno',
        'go    not built: Go is missing',
        'rust  not built: cargo could not make the binary:',
        '  error',
        '',
        'deno: stop/sigterm (fail): still running 10.00 s after SIGTERM',
        '',
      ].join('\n'),
    )
  })
})

describe('pnpm setup:polyglot', () => {
  test('says what is missing, and what it cannot do about that', async () => {
    const { code, stdout, stderr } = await run('setup.ts', ['--dry-run'])
    expect(stdout).toMatch(/^Go +missing\nRust +missing\na C compiler +missing\nPython 3 +missing$/m)
    expect(stderr).toMatch(
      /^Not installed here: golang-go, cargo, gcc, libc6-dev, python3\. That takes apt-get/,
    )
    expect(code).toBe(0)
  })

  test('takes an error in typing for no order', async () => {
    const { code, stdout, stderr } = await run('setup.ts', ['--dryrun'])
    expect(stderr).toBe('There is no option --dryrun. Did you mean "--dry-run"?\n')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

function missing(name: string, what: string, reason: string) {
  return { name, what, outcome: 'missing', reason } as const
}

function judged(own: Partial<Judged>): Judged {
  return {
    ...{ name: '', what: '', outcome: 'pass', toolVersion: null, broken: [] },
    ...{ buildMs: 232, bytes: 1_048_576, readyMs: 6.5, stopMs: 0.2, memoryBytes: 1_781_760 },
    summary: { pass: 65, fail: 0, warn: 0, waived: 0, skipped: 1, blocked: 0 },
    ...own,
  }
}

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** With nothing in PATH. */
async function run(script: string, args: readonly string[]): Promise<Ran> {
  const nothing = await mkdtemp(join(tmpdir(), 'polyglot-'))
  onTestFinished(() => rm(nothing, { recursive: true }))
  return new Promise(resolve => {
    const command = [join(DIRECTORY, script), ...args]
    execFile(process.execPath, command, { env: { ...process.env, PATH: nothing } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}
