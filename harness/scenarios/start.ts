import type { ClauseId } from '../contract/catalogue.ts'
import type { Contract } from '../contract/contract.ts'
import type { LaunchOptions, Scenario, Stage } from './scenario.ts'

/**
 * One life that is launched as no app does it, and told to stop once it is ready: whether it becomes ready is all
 * that is asked.
 */
function startsWith(
  id: string,
  readiness: ClauseId,
  what: string,
  prepare: (stage: Stage) => Promise<LaunchOptions | null>,
): Scenario {
  return {
    id,
    what,
    instances: 1,
    readiness,
    ordinary: false,
    async drive(stage) {
      const options = await prepare(stage)
      if (options === null) return
      const life = await stage.launch(options)
      if (await life.ready()) await stage.stop(life)
    },
  }
}

const fromRoot = startsWith('from-root', 'start/any-directory', 'launched from /', async () => ({
  directory: process.platform === 'win32' ? 'C:\\' : '/',
}))

/**
 * Who has such names has a locale that can spell them: each desktop session on Linux sets one, and without it a JVM
 * cannot open a file of that name. Elsewhere file names are Unicode, whatever the locale.
 */
const LOCALE: Readonly<Record<string, string>> = process.platform === 'linux' ? { LANG: 'C.UTF-8' } : {}

const oddPath = startsWith(
  'odd-path',
  'start/any-path',
  'installed under a path with spaces and non-ASCII letters',
  async stage => {
    const installed = await stage.install('odd path')
    return installed && { installed, variables: LOCALE }
  },
)

const readOnly = startsWith(
  'read-only',
  'start/read-only-directory',
  'installed in, and launched from, a directory that it cannot write',
  async stage => {
    const installed = await stage.install('read-only directory')
    return installed && { installed, directory: installed.directory }
  },
)

const emptyEnvironment = startsWith(
  'empty-environment',
  'start/empty-environment',
  'launched with no environment variable',
  async () => ({ variables: 'none' }),
)

const hostileEnvironment = startsWith(
  'hostile-environment',
  'start/hostile-environment',
  "launched with what users' shells hold",
  async () => ({ variables: 'hostile' }),
)

/** A program that ends with its stdin reads that end at once: nothing else keeps it from being told. */
const STAYS_UP_MS = 250

const nullStdin: Scenario = {
  id: 'null-stdin',
  what: 'launched with /dev/null as its stdin',
  // It mostly waits.
  instances: 0,
  readiness: 'start/any-stdin',
  ordinary: false,
  async drive(stage) {
    const life = await stage.launch({ stdin: 'null' })
    if (!(await life.ready())) return
    await life.isLeftAlone(STAYS_UP_MS)
    await life.client.check()
    await stage.stop(life)
  },
}

/** What the start clauses need beside the baseline. */
export function startScenarios({ stop }: Contract): readonly Scenario[] {
  const endsWithStdin = stop.requests.some(({ kind }) => kind === 'stdin-closed')
  return [
    fromRoot,
    oddPath,
    emptyEnvironment,
    hostileEnvironment,
    ...(endsWithStdin ? [] : [nullStdin]),
    readOnly,
  ]
}
