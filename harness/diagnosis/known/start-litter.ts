import { firstDemand, firstEvent } from '../../recording/query.ts'
import type { LeftFile } from '../../recording/recording.ts'
import { printable } from '../../text/printable.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'

function leftFiles({ life }: Scene): readonly LeftFile[] {
  return life === null ? [] : (firstEvent(life, 'litter')?.files ?? [])
}

/** Files of a kind that were left behind. */
function leaving(
  known: Pick<KnownFailure, 'id' | 'title' | 'fix' | 'sources'>,
  fits: (file: LeftFile) => boolean,
): KnownFailure {
  return {
    ...known,
    clauses: ['start/no-litter'],
    recognise(scene) {
      const files = leftFiles(scene).filter(fits)
      const [first] = files
      if (first === undefined) return null
      const stop = scene.life === null ? null : firstDemand(scene.life)
      const how = stop?.type === 'signal' ? [`it had ended by itself on ${stop.signal}`] : []
      return {
        evidence: [
          `${printable(first.path)} in its ${first.where}${files.length > 1 ? `, and ${files.length - 1} more` : ''}`,
          ...how,
        ],
      }
    },
  }
}

/** From the particular to the general. */
export const startLitterFailures: readonly KnownFailure[] = [
  leaving(
    {
      id: 'leaves-what-pyinstaller-unpacked',
      title:
        'What PyInstaller has unpacked at its start stays behind: its bootloader was ended before it could clear away.',
      fix: {
        any: 'Freeze with `--onedir`, which unpacks nothing. With `--onefile` the bootloader has to see its child end: tell the sidecar to stop by its stdin or by a request, or give it longer before it is killed.',
      },
      sources: [
        'https://github.com/pyinstaller/pyinstaller/issues/2379',
        'https://github.com/pyinstaller/pyinstaller/issues/4497',
      ],
    },
    ({ path }) => /^_MEI\w+/.test(path),
  ),
  leaving(
    {
      id: 'leaves-compile-cache',
      title: 'The compile cache of its runtime stays in the temporary directory, one more for each version.',
      fix: {
        any: 'Give the cache a directory in the data directory of the user, where it is of use at the next start.',
        node: 'module.enableCompileCache(directory), and not without an argument; NODE_COMPILE_CACHE likewise.',
      },
      sources: ['https://nodejs.org/api/module.html#module-compile-cache'],
    },
    ({ path }) => /^(node-compile-cache|bun-node-|v8-compile-cache)/.test(path),
  ),
  leaving(
    {
      id: 'leaves-temporary-files',
      title: 'It leaves files in the temporary directory, some more at each start, until the disk is full.',
      fix: {
        any: 'One directory for all of them, removed at every end. Go: `defer os.RemoveAll(dir)`, which os.Exit and log.Fatal skip. Rust: `tempfile::TempDir`, which process::exit skips.',
        node: "const scratch = mkdtempSync(join(tmpdir(), 'backend-')); process.on('exit', () => rmSync(scratch, { recursive: true, force: true })).",
        python: 'with tempfile.TemporaryDirectory() as scratch: around the server.',
      },
      sources: [
        'https://github.com/pyinstaller/pyinstaller/issues/4497',
        'https://nodejs.org/api/process.html#event-exit',
      ],
    },
    ({ where }) => where === 'temporary directory',
  ),
  leaving(
    {
      id: 'leaves-files-in-working-directory',
      title: 'It leaves files in its working directory, which is wherever its app was started.',
      fix: {
        any: 'Log to stderr: the app keeps it. What shall stay goes to the data directory of the user, what shall not is removed at the end (lock files, UNIX sockets, core files).',
      },
      sources: ['https://github.com/telepresenceio/telepresence/issues/459'],
    },
    () => true,
  ),
]
