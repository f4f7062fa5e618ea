import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CATALOGUE, CLAUSE_IDS } from '../../harness/contract/catalogue.ts'

/*
 * The README's first command, as a newcomer types it: a fresh clone, an empty package store, no Node of ours on
 * the PATH, none of pnpm's variables in the environment.
 */

const run = promisify(execFile)
const root = join(import.meta.dirname, '..', '..')
/** An install from the registry and a build of the binary, on a slow line and a busy machine. */
const FIRST_RUN_MS = 600_000

let scratch: string
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'fresh-clone-'))
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

function newcomersEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|pnpm_|PNPM_|VITEST|NODE_(OPTIONS|PATH|ENV)$|INIT_CWD)/.test(name),
  )
  const path = (process.env.PATH ?? '').split(':').filter(part => !part.includes('node_modules'))
  return {
    ...Object.fromEntries(own),
    PATH: path.join(':'),
    XDG_DATA_HOME: join(scratch, 'data'),
    XDG_CACHE_HOME: join(scratch, 'cache'),
  }
}

test('`npx --yes pnpm@12 gate` on a fresh clone builds, launches and judges the reference sidecar', {
  timeout: FIRST_RUN_MS,
}, async () => {
  const clone = join(scratch, 'clone')
  await run('git', ['clone', '--quiet', root, clone])

  const { stdout } = await run('npx', ['--yes', 'pnpm@12', 'gate'], {
    cwd: clone,
    env: newcomersEnvironment(),
    timeout: FIRST_RUN_MS,
  })

  for (const id of CLAUSE_IDS.filter(id => CATALOGUE[id].level !== 'may')) {
    expect(stdout).toContain(id.slice(id.indexOf('/') + 1))
  }
  expect(stdout).toMatch(/sha256 [0-9a-f]{64}/)
  expect(stdout).toMatch(/^pass {5}\d+ pass, 0 fail(, \d+ skipped)?; took /m)
})
