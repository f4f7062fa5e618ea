import type { ClauseId } from '../contract/catalogue.ts'
import type { Contract } from '../contract/contract.ts'
import { HOSTILE_GROUPS } from '../life/hostile.ts'
import type { InstallationKind } from '../life/installation.ts'
import type { LaunchOptions, Scenario, Stage } from './scenario.ts'

/** How one life is launched; null where this machine cannot. */
type Preparation = (stage: Stage) => Promise<LaunchOptions | null>

/**
 * One life that is launched as no app does it, and told to stop once it is ready: whether it becomes ready is all
 * that is asked. When it does not, one life more for each of `closer`, of which each has one of the differences alone:
 * which one it does not stand is what has to be known to mend it.
 */
function startsWith(
  id: string,
  readiness: ClauseId,
  what: string,
  prepare: Preparation,
  closer: readonly Preparation[] = [],
): Scenario {
  return {
    id,
    what,
    instances: 1,
    readiness,
    ordinary: false,
    async drive(stage) {
      for (const [instance, how] of [prepare, ...closer].entries()) {
        const options = await how(stage)
        if (options === null) return
        const life = await stage.launch({ ...options, instance })
        const isReady = await life.ready()
        if (isReady) await stage.stop(life)
        if (isReady && instance === 0) return
      }
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

function installedIn(kind: InstallationKind): Preparation {
  return async stage => {
    const installed = await stage.install(kind)
    return installed && { installed, variables: LOCALE }
  }
}

const oddPath = startsWith(
  'odd-path',
  'start/any-path',
  'installed under a path with spaces and non-ASCII letters',
  installedIn('odd path'),
  [
    installedIn('path with a space'),
    installedIn('path with an apostrophe'),
    installedIn('path beyond ASCII'),
    installedIn('another path'),
  ],
)

const readOnly = startsWith(
  'read-only',
  'start/read-only-directory',
  'installed in, and launched from, a directory that it cannot write',
  async stage => {
    const installed = await stage.install('read-only directory')
    const { cwd } = stage.contract
    return installed && { installed, ...(cwd === null ? { directory: installed.directory } : {}) }
  },
  [
    // Launched from where it may write.
    async stage => {
      const installed = stage.contract.cwd === null ? await stage.install('read-only directory') : null
      return installed && { installed }
    },
  ],
)

/** The variables of a usual life that something can depend on. */
const USUAL =
  process.platform === 'win32'
    ? ['SystemRoot', 'PATH', 'USERPROFILE', 'APPDATA', 'TEMP']
    : ['PATH', 'HOME', 'TMPDIR']

const emptyEnvironment = startsWith(
  'empty-environment',
  'start/empty-environment',
  'launched with no environment variable',
  async () => ({ variables: 'none' }),
  USUAL.map(name => async () => ({ variables: 'none', onlyThese: [name] }) as const),
)

const hostileEnvironment = startsWith(
  'hostile-environment',
  'start/hostile-environment',
  "launched with what users' shells hold",
  async () => ({ variables: 'hostile' }),
  HOSTILE_GROUPS.map(onlyThese => async () => ({ variables: 'hostile', onlyThese }) as const),
)

/** A program that ends with its stdin reads that end at once: nothing else keeps it from being told. */
const STAYS_UP_MS = 250

const nullStdin: Scenario = {
  id: 'null-stdin',
  what: 'launched with /dev/null as its stdin',
  instances: 1,
  readiness: 'start/any-stdin',
  ordinary: false,
  async drive(stage) {
    const life = await stage.launch({ stdin: 'null' })
    if (!(await life.ready())) return
    stage.waits()
    await life.isLeftAlone(STAYS_UP_MS)
    await life.client.check()
    await stage.stop(life)
  },
}

/** What the start clauses need beside the baseline. */
export function startScenarios({ stop, cwd }: Contract): readonly Scenario[] {
  const needsStdin =
    stop.requests.some(({ kind }) => kind === 'stdin-closed') ||
    (stop.signals.length === 0 && !stop.requests.some(({ kind }) => kind === 'http'))
  return [
    // The app that names one launches it from nowhere else.
    ...(cwd === null ? [fromRoot] : []),
    oddPath,
    emptyEnvironment,
    hostileEnvironment,
    ...(needsStdin ? [] : [nullStdin]),
    readOnly,
  ]
}
