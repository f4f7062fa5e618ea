import { missingVariableIn } from '../../clauses/start-conditions.ts'
import { isReady } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { endOf, variablesOf } from './start-conditions.ts'

/** What the caller has in the environment, and a desktop session has not. */
function callersOwn({ life, evidence: { lives, plan } }: Scene): readonly string[] {
  const cured = lives.find(
    each =>
      each.conditions.environment === 'caller' && plan.conditions.environment === 'caller' && isReady(each),
  )
  const has = new Set(variablesOf(life))
  return variablesOf(cured).filter(name => !has.has(name))
}

/** What it was that made the difference; null where that was not found. */
function lookedFor({ evidence: { lives } }: Scene): readonly LifeRecording[] {
  return lives.filter(({ scenario }) => scenario === 'missing-variable')
}

const missesProgram: KnownFailure = {
  id: 'misses-program-on-your-path',
  title:
    'It starts with your PATH, and not with that of a desktop session: a program that it starts is not there.',
  clauses: ['start/bare-environment'],
  sources: [
    'https://github.com/tauri-apps/tauri/issues/449',
    'https://github.com/tauri-apps/tauri/issues/4456',
  ],
  fix: {
    any: "Ship the program beside yours, start it by its absolute path, and name it in the contract's `files`. An app that is started from a menu has `/usr/bin:/bin:/usr/sbin:/sbin`, and nothing of a shell's profile: no Homebrew, no nvm, no virtual environment.",
  },
  recognise(scene) {
    if (missingVariableIn(scene.evidence.lives) !== 'PATH') return null
    return {
      evidence: [...endOf(scene), `with your PATH alone it becomes ready (${lookedFor(scene).at(-1)?.id})`],
    }
  },
}

const missesOneVariable: KnownFailure = {
  id: 'misses-variable-of-your-shell',
  title: 'It needs a variable that your shell has, and a desktop session has not.',
  clauses: ['start/bare-environment'],
  sources: [
    'https://github.com/tauri-apps/tauri/issues/449',
    'https://github.com/tauri-apps/tauri/issues/4456',
  ],
  fix: {
    any: 'Give it a default, or take it from a file in the data directory; a value that every user has to set belongs into the settings of the app. One that the app hands over goes into the contract: `env: { BACKEND_TOKEN: "test" }`.',
    node: 'process.env.X ?? default. .env files are read from the working directory, which an app does not have.',
    python: 'os.environ.get("X", default): os.environ["X"] is a KeyError on the machine of a user.',
  },
  recognise(scene) {
    const found = missingVariableIn(scene.evidence.lives)
    if (found === null) return null
    return {
      cause: `It needs ${found}, which your shell has and a desktop session has not.`,
      evidence: [
        ...endOf(scene),
        `with ${found} beside a bare environment it becomes ready, as ${lookedFor(scene).length} lives with ever fewer of your variables have shown`,
      ],
    }
  },
}

const missesVariable: KnownFailure = {
  id: 'misses-something-of-your-shell',
  title:
    "It starts with your shell's environment, and not with that of a desktop session: it misses a variable, or a program on your PATH.",
  clauses: ['start/bare-environment'],
  sources: [
    'https://github.com/tauri-apps/tauri/issues/449',
    'https://github.com/tauri-apps/tauri/issues/4456',
  ],
  fix: {
    any: 'Find it: `env -i PATH=/usr/bin:/bin HOME=$HOME ./backend`, adding your variables one by one. Then give it a default, or let the app hand it over, and name it in the contract (`env`). Programs that it calls are shipped, and called by their absolute path.',
    node: 'process.env.X ?? default for what may be missing: .env files are read from the working directory, which an app does not have.',
    python: 'os.environ.get("X", default): os.environ["X"] is a KeyError on the machine of a user.',
  },
  recognise(scene) {
    const { life } = scene
    if (life === null) return { evidence: [scene.finding.observed] }
    const own = callersOwn(scene)
    const said = new Set(life.stderr.lines.flatMap(({ text }) => text.split(/\W+/)))
    const named = own.filter(name => said.has(name))
    const cause =
      named.length === 0
        ? {}
        : { cause: `It needs ${named.join(' and ')}, which your shell has and a desktop session has not.` }
    const which =
      named.length > 0 ? [`it names ${named.join(' and ')} itself`] : [`${own.length} variables differ`]
    return { ...cause, evidence: [...endOf(scene), ...which] }
  },
}

/** From the particular to the general. */
export const startBareFailures: readonly KnownFailure[] = [missesProgram, missesOneVariable, missesVariable]
