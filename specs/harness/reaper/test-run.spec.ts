import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test as base, describe, expect, type TestAPI } from 'vitest'
import { endProcess, isAlive, processesWith } from '../life/processes.ts'
import { until } from '../life/until.ts'
import { FAMILY } from './harnesses.ts'

/*
 * Vitest runs no clean-up when it is interrupted, and ends its workers outright. What lives were launched in them is
 * gone all the same.
 */

const REPOSITORY = join(import.meta.dirname, '../../..')
const VITEST = join(REPOSITORY, 'node_modules/vitest/vitest.mjs')
/** A second after the run is over nothing may be left. */
const CLEARED_MS = 1_000

/** A spec that launches lives, never closes its session, and then does something that no spec should. */
const specThat = (ends: string) => `
import { chmodSync, writeFileSync } from 'node:fs'
import { test } from 'vitest'
import { compileGrammar } from '${REPOSITORY}/harness/contract/announcement.ts'
import { resolveContract } from '${REPOSITORY}/harness/contract/resolve.ts'
import { selectHost } from '${REPOSITORY}/harness/host/index.ts'
import { Life } from '${REPOSITORY}/harness/life/life.ts'
import { openSession } from '${REPOSITORY}/harness/life/session.ts'

test('launches lives, and ends badly', { timeout: 60_000 }, async () => {
  const resolved = resolveContract({}, { file: null, directory: '/' })
  const subject = { file: '${'@'}/program', ...resolved, grammar: compileGrammar(resolved.contract.announce) }
  const session = await openSession({ host: selectHost() })
  const conditions = { environment: 'bare', directory: 'private' }
  const plan = { scenario: 'spec', instance: 0, conditions, launch: {} }
  const lives = await Promise.all(['a', 'b'].map(id => Life.launch(session, subject, { ...plan, id })))
  writeFileSync('${'@'}/launched', JSON.stringify({ session: session.id, pids: lives.map(life => life.identity.pid) }))
  ${ends}
})
`

interface Run {
  /** What of this run's lives is alive, its reaper not counted. */
  alive(): number[]
  leftovers(): string[]
  readonly child: ReturnType<typeof spawn>
  readonly output: Promise<string>
}

type StartRun = (ends: string) => Promise<Run>

const test: TestAPI<{ startRun: StartRun }> = base.extend<{ startRun: StartRun }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern what a fixture needs.
  async startRun({}, use) {
    const directory = await mkdtemp(join(tmpdir(), 'project-'))
    try {
      await use(ends => startRun(directory, ends))
    } finally {
      for (const pid of processesWith(directory)) endProcess(pid)
      await rm(directory, { recursive: true, maxRetries: 5 })
    }
  },
})

async function startRun(directory: string, ends: string): Promise<Run> {
  const temporary = join(directory, 'tmp')
  mkdirSync(temporary)
  // Found from there is what this repository has installed.
  symlinkSync(join(REPOSITORY, 'node_modules'), join(directory, 'node_modules'))
  writeFileSync(join(directory, 'lives.test.ts'), specThat(ends).replaceAll('@/', `${directory}/`))
  writeFileSync(join(directory, 'program'), FAMILY, { mode: 0o755 })
  writeFileSync(join(directory, 'vitest.config.mjs'), 'export default { test: { maxWorkers: 1 } }\n')
  const child = spawn(process.execPath, [VITEST, 'run', '--root', directory], {
    cwd: directory,
    env: { ...withoutVitest(), TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const launched = () => {
    const names = readdirSync(directory)
    return names.includes('launched') ? readFileSync(join(directory, 'launched'), 'utf8') : ''
  }
  const output = Promise.all([text(child.stdout), text(child.stderr)]).then(texts => texts.join(''))
  await until(() => launched().endsWith('}'), 'the spec has launched its lives')
  const { session, pids } = JSON.parse(launched()) as { session: string; pids: number[] }
  return {
    child,
    output,
    alive: () => [...new Set([...pids.filter(isAlive), ...processesWith(session)])],
    leftovers: () => readdirSync(temporary).filter(name => name.startsWith('sidecar-harness-')),
  }
}

function withoutVitest(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|TEST$)/.test(name)),
  )
}

async function expectNothingLeft(run: Run): Promise<number> {
  const since = performance.now()
  await until(() => run.alive().length + run.leftovers().length === 0, 'nothing of the run is left')
  return performance.now() - since
}

describe.concurrent('after a Vitest run', () => {
  test('in which a spec threw and closed nothing, nothing is left', async ({ startRun, annotate }) => {
    const run = await startRun(`throw new Error('thrown on purpose')`)
    const [code] = await once(run.child, 'exit')

    const goneMs = await expectNothingLeft(run)

    await annotate(`nothing left ${Math.round(goneMs)} ms after the run`)
    expect(await run.output).toContain('thrown on purpose')
    expect(code).toBe(1)
    expect(goneMs).toBeLessThan(CLEARED_MS)
  })

  test('that hung and was interrupted, nothing is left', async ({ startRun, annotate }) => {
    const run = await startRun('await new Promise(() => setInterval(() => {}, 1000))')
    expect(run.alive().length).toBeGreaterThan(1)
    expect(run.leftovers()).toHaveLength(1)

    const ended = once(run.child, 'exit')
    // To the whole group, as a terminal does it.
    process.kill(-(run.child.pid ?? 0), 'SIGINT')
    await ended
    const goneMs = await expectNothingLeft(run)

    await annotate(`nothing left ${Math.round(goneMs)} ms after the run`)
    expect(goneMs).toBeLessThan(CLEARED_MS)
  })
})
