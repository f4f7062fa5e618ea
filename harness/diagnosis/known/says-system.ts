import type { KnownFailure } from '../known-failure.ts'
import { recognisedBySaying, type Utterance } from '../said.ts'
import { ADDRESS_IN_USE, DATABASE_LOCKED, TOO_MANY_FILES } from '../system-errors.ts'
import { NEEDS_NETWORK } from './shared.ts'

/** A program that it wants to start: also where it is launched as no app does it. */
const noProgram: Utterance = {
  id: 'program-not-found',
  says: /spawn (\S+) ENOENT|exec: "([^"]+)": executable file not found|env: [‘'"]?([\w.+-]+)[’'"]?: No such file|: (?:line )?\d+: (?:exec: )?([\w./+-]+): (?:command )?not found$|^(?:\/bin\/)?(?:ba|da|a|z)?sh: ([\w./+-]+): (?:command )?not found$|'([^']+)' is not recognized as an internal or external command|Executable not found in \$PATH: "([^"]+)"/,
  title: 'It starts another program that is not installed here, or not on the PATH that apps have.',
  cause: what => `It starts ${what}, which is not installed here, or not on the PATH that apps have.`,
  fix: {
    any: "Ship the program beside yours, start it by its absolute path, and name it in the contract's `files`. An app that is started from a menu has `/usr/bin:/bin:/usr/sbin:/sbin`, and nothing of a shell's profile.",
    node: "spawn(path.join(path.dirname(process.execPath), 'ffmpeg')): users have no Node, npm or Homebrew.",
    python:
      'subprocess.run([Path(sys.executable).parent / "ffmpeg", …]); PyInstaller brings it by `--add-binary`.',
  },
  sources: [
    'https://github.com/tauri-apps/tauri/issues/449',
    'https://github.com/tauri-apps/tauri/issues/4456',
  ],
}

/** What the system says through any runtime. */
export const systemSays: readonly Utterance[] = [
  noProgram,
  {
    id: 'port-in-use-at-start',
    says: ADDRESS_IN_USE,
    title: 'It wants a port of its own choice, and another program has it.',
    fix: {
      any: 'Listen on port 0 where none is asked for, and announce what the socket says: no port is free on every machine.',
      node: "server.listen(Number(process.env.PORT || 0), '127.0.0.1', announce).",
      python: 'ThreadingHTTPServer(("127.0.0.1", 0), Handler); uvicorn.Config(app, port=0).',
    },
    sources: [
      'https://github.com/http-party/http-server/issues/325',
      'https://github.com/tailscale/tailscale/pull/19410',
    ],
  },
  {
    id: 'port-forbidden',
    says: /listen EACCES|WinError 10013|os error 10013|forbidden by its access permissions|bind: permission denied/,
    title:
      'It may not listen on the port that it wants: one below 1024, or one that Windows keeps for itself.',
    fix: {
      any: 'Listen on port 0. `netsh interface ipv4 show excludedportrange protocol=tcp` shows what Windows (Hyper-V) keeps.',
    },
    sources: ['https://man7.org/linux/man-pages/man7/ip.7.html'],
  },
  {
    id: 'address-not-here',
    says: /EADDRNOTAVAIL|Cannot assign requested address|[Cc]an't assign requested address|os error (?:49|99|10049)\b|WinError 10049|EAFNOSUPPORT/,
    title:
      'It wants to listen on an address that this machine does not have: IPv6 where that is switched off, or a fixed one.',
    fix: { any: 'Listen on 127.0.0.1, which is always there, and take a failure on ::1 for no IPv6.' },
    sources: ['https://man7.org/linux/man-pages/man2/bind.2.html'],
  },
  {
    id: 'state-locked',
    says: DATABASE_LOCKED,
    title: 'Its database is locked: another instance has it, or an older one died with it.',
    fix: {
      any: 'One process alone opens it, or all of them with a busy timeout and `PRAGMA journal_mode=WAL`; a data directory of its own for each instance is simpler.',
    },
    sources: [
      'https://github.com/MatterHackers/MatterControl/issues/1545',
      'https://www.sqlite.org/wal.html',
    ],
  },
  {
    id: 'disk-full',
    says: /ENOSPC|[Nn]o space left on device|os error 28\b|There is not enough space on the disk/,
    title: 'The disk is full where it writes, or unpacks itself.',
    fix: {
      any: 'Clear what earlier lives have left (`_MEI*` of PyInstaller in the temporary directory), and unpack less at each start.',
    },
    sources: ['https://github.com/pyinstaller/pyinstaller/issues/4497'],
  },
  {
    id: 'too-many-open-files',
    says: TOO_MANY_FILES,
    title: 'It opens more files than it may: 256 on macOS where nobody raises that.',
    fix: {
      any: 'Open fewer at the same time, watch directories and not files, or raise the soft limit to the hard one (setrlimit) at the start.',
    },
    sources: ['https://github.com/judell/bram/issues/50'],
  },
  {
    id: 'file-forbidden',
    says: /E(?:ACCES|PERM|ROFS): .*?(?:'([^']+)')?$|PermissionError: .*?(?:'([^']+)')?$|os error (?:13|30)\b|AccessDeniedException: (\S+)|open (\S+): (?:permission denied|read-only file system)|Access to the path '([^']+)' is denied/,
    title: 'It may not read or write a file that it wants at its start.',
    cause: what => `It may not read or write ${what}.`,
    fix: {
      any: "Write to the user's data directory, or to where the app says, and nowhere beside the program. A file that is not vital is a warning, not the end.",
    },
    sources: ['https://github.com/WerWolv/ImHex/issues/462'],
  },
  {
    id: 'file-not-found',
    says: /ENOENT: no such file or directory, \w+ '([^']+)'|FileNotFoundError: .*?'([^']+)'|open (\S+): no such file or directory|No such file or directory \(os error 2\)|NoSuchFileException: (\S+)|FileNotFoundException: (\S+)|Could not find (?:file|a part of the path) '([^']+)'/,
    title: 'It reads a file that is not there.',
    cause: what => `It reads ${what}, which is not there.`,
    fix: {
      any: "Ship it beside the program, find it from the program's own path and not from the working directory, and name it in the contract's `files`; or make it where it is missing.",
      node: "path.join(path.dirname(process.execPath), 'data.json') in a packed program, import.meta.dirname in sources.",
      python:
        'Path(__file__).parent / "data.json", which PyInstaller understands too; `--add-data` packs it.',
    },
    sources: [
      'https://github.com/tauri-apps/tauri/issues/12981',
      'https://github.com/Vigil-SOC/vigil/pull/382',
    ],
  },
  {
    ...NEEDS_NETWORK,
    says: /getaddrinfo (?:ENOTFOUND|EAI_AGAIN)? ?(\S+)|connect (?:ECONNREFUSED|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH) (\S+)|Name or service not known|Temporary failure in name resolution|no such host|UnknownHostException: (\S+)|Connection refused|Max retries exceeded with url/,
    cause: what => `It asks ${what} before it starts, and gets no answer.`,
  },
]

/** Where it is launched with fewer variables, that one tells too. */
export const programNotFound: readonly KnownFailure[] = recognisedBySaying(
  ['start/bare-environment', 'start/empty-environment'],
  [noProgram],
)
