import { isReady } from '../../recording/query.ts'
import type { KnownFailure } from '../known-failure.ts'
import { quoted } from '../system-errors.ts'
import { closerLooks, endOf, variablesOf } from './start-conditions.ts'

/** The one variable that was enough, of those that were tried alone. */
function needing(name: string, known: Pick<KnownFailure, 'id' | 'title' | 'fix' | 'sources'>): KnownFailure {
  return {
    ...known,
    clauses: ['start/empty-environment'],
    recognise(scene) {
      const cured = closerLooks(scene).find(each => variablesOf(each).includes(name) && isReady(each))
      if (cured === undefined) return null
      return { evidence: [...endOf(scene), `with ${name} alone it became ready (${cured.id})`] }
    },
  }
}

const EMPTY =
  'https://github.com/tauri-apps/plugins-workspace/blob/0ae5de8e42cf1b1985c863b864feca44931c1618/plugins/shell/src/commands.rs'

const HOME = {
  any: 'Ask the system and not the variable: Go: `user.Current()` where `os.UserHomeDir` fails; Rust: `std::env::home_dir()`; C: `getpwuid(getuid())`. Or let the app name the data directory.',
  node: "os.homedir() works without it; `process.env.HOME + '/x'` is `undefined/x`.",
  python: 'Path.home() works without it; os.environ["HOME"] is a KeyError.',
}

const needsSeveral: KnownFailure = {
  id: 'needs-an-environment',
  title: 'It does not start with an empty environment, as an app can launch it.',
  clauses: ['start/empty-environment'],
  sources: [EMPTY],
  fix: {
    any: 'Give each variable that it reads a default, and see with `env -i ./backend` what it says. One that it cannot do without comes from the app: name it in the contract (`env`).',
  },
  recognise(scene) {
    const tried = closerLooks(scene).map(each => variablesOf(each).join(' and '))
    return {
      evidence: [
        ...endOf(scene),
        ...quoted('none of these alone was enough', tried.length === 0 ? null : tried.join(', ')),
      ],
    }
  },
}

/** From the particular to the general. */
export const startEmptyFailures: readonly KnownFailure[] = [
  needing('HOME', {
    id: 'needs-home-variable',
    title: 'It cannot start without HOME, which a launch with an empty environment does not have.',
    fix: HOME,
    sources: [EMPTY, 'https://nodejs.org/api/os.html#oshomedir'],
  }),
  needing('USERPROFILE', {
    id: 'needs-home-variable',
    title: 'It cannot start without HOME, which a launch with an empty environment does not have.',
    fix: HOME,
    sources: [EMPTY, 'https://nodejs.org/api/os.html#oshomedir'],
  }),
  needing('PATH', {
    id: 'needs-path-variable',
    title: 'It cannot start without PATH: it starts other programs by their names, or its #! line does.',
    fix: {
      any: 'Start programs by their absolute path. A script with `#!/usr/bin/env` finds its interpreter by PATH: ship a program instead, or name the interpreter by its path.',
    },
    sources: [EMPTY],
  }),
  needing('TMPDIR', {
    id: 'needs-temporary-directory-variable',
    title: 'It cannot start without TMPDIR.',
    fix: {
      any: 'Fall back on /tmp where it is not set, or ask the library.',
      node: 'os.tmpdir() works without it.',
      python: 'tempfile.gettempdir() works without it.',
    },
    sources: [EMPTY, 'https://nodejs.org/api/os.html#ostmpdir'],
  }),
  needing('SystemRoot', {
    id: 'needs-system-root-variable',
    title:
      'It cannot start without SystemRoot, by which Windows finds its own libraries for sockets and random numbers.',
    fix: {
      any: 'Let the app hand SystemRoot over whatever else it leaves out: no Windows program opens a socket without it.',
    },
    sources: ['https://docs.python.org/3/library/subprocess.html#subprocess.Popen'],
  }),
  needsSeveral,
]
