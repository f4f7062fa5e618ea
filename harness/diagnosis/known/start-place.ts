import { firstEvent, isReady } from '../../recording/query.ts'
import { printable } from '../../text/printable.ts'
import type { KnownFailure } from '../known-failure.ts'
import { sayingOf } from '../said.ts'
import { closerLooks, endOf } from './start-conditions.ts'

const OWN_DIRECTORY = {
  any: 'What you ship lies beside the program, and is found from its own path: Go: `os.Executable()`; Rust: `std::env::current_exe()`; resolve a symbolic link first. What you write goes to the data directory of the user.',
  node: "path.dirname(process.execPath) in a packed program, import.meta.dirname in sources; never './x' and never process.cwd().",
  python: 'Path(__file__).parent, which PyInstaller understands too; never open("x").',
}

const needsFileOfDirectory: KnownFailure = {
  id: 'needs-file-of-working-directory',
  title: 'It looks for a file in its working directory, which is another one when an app launches it.',
  clauses: ['start/any-directory'],
  sources: [
    'https://github.com/tauri-apps/tauri/issues/12981',
    'https://github.com/Vigil-SOC/vigil/pull/382',
  ],
  fix: OWN_DIRECTORY,
  recognise(scene) {
    const { life, evidence } = scene
    if (life?.scenario === 'from-root') return null
    const cured = evidence.lives.find(each => each.conditions.directory === 'caller' && isReady(each))
    const from =
      cured === undefined
        ? []
        : [`launched from ${printable(firstEvent(cured, 'launch')?.directory ?? '')} it becomes ready`]
    return { evidence: [...endOf(scene), ...from] }
  },
}

const writesIntoDirectory: KnownFailure = {
  id: 'writes-into-working-directory',
  title:
    'It writes into its working directory, which is / or the one of the installation when an app launches it.',
  clauses: ['start/any-directory', 'start/read-only-directory'],
  sources: [
    'https://github.com/telepresenceio/telepresence/issues/459',
    'https://github.com/Vigil-SOC/vigil/pull/382',
  ],
  fix: {
    any: 'Log to stderr: the app keeps it. A file goes to where the app says, or to the data directory of the user (`~/Library/Application Support`, `%APPDATA%`, `$XDG_STATE_HOME`). One that cannot be written is a warning, and not the end.',
  },
  recognise(scene) {
    const { life } = scene
    if (life?.scenario === 'from-root') {
      const saying = sayingOf(
        life,
        /E(?:ACCES|PERM|ROFS)\b|[Pp]ermission denied|PermissionError|[Rr]ead-only file system|Access is denied/,
      )
      return saying === null ? null : { evidence: [...endOf(scene), `it said ${saying.quoted}`] }
    }
    const beside = closerLooks(scene).find(isReady)
    return beside === undefined
      ? null
      : {
          evidence: [
            ...endOf(scene),
            `launched from a directory that it may write it becomes ready (${beside.id})`,
          ],
        }
  },
}

const refusesRoot: KnownFailure = {
  id: 'refuses-root-directory',
  title:
    'It does not start from /, which is the working directory of what is launched from a dock or a menu.',
  clauses: ['start/any-directory'],
  sources: ['https://github.com/tauri-apps/tauri/issues/12981'],
  fix: {
    any: 'Do nothing with the working directory: no search for a project from there upwards, no watching, no file read or written. The app names the directory that is meant.',
  },
  recognise: scene => ({ evidence: [...endOf(scene), 'from an empty directory it starts'] }),
}

/** From the particular to the general. */
export const startPlaceFailures: readonly KnownFailure[] = [
  needsFileOfDirectory,
  writesIntoDirectory,
  refusesRoot,
  {
    id: 'writes-beside-itself',
    title: 'It writes beside its own file, where only an administrator may when it is installed.',
    clauses: ['start/read-only-directory'],
    sources: ['https://github.com/WerWolv/ImHex/issues/462'],
    fix: {
      any: 'A file of yours goes to where the app says, or to the data directory of the user (`~/Library/Application Support`, `%APPDATA%`, `$XDG_STATE_HOME`), and logs to stderr. One that cannot be written is a warning, and not the end.',
      node: 'Look for caches: `node_modules/.cache`, a lowdb or SQLite file beside the script.',
      python:
        'PYTHONDONTWRITEBYTECODE=1, or compile when you build; `RotatingFileHandler("app.log")` is relative.',
    },
    recognise: scene => ({ evidence: endOf(scene) }),
  },
]
