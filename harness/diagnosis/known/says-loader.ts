import type { Utterance } from '../said.ts'
import { LIBRARY_MISSING, LOADER, NEWER_LIBC } from './shared.ts'

/** What loaders say: of glibc, of musl, of macOS, of Windows. */
export const loaderSays: readonly Utterance[] = [
  {
    ...NEWER_LIBC,
    says: /version [`']((?:GLIBC|GLIBCXX|CXXABI|GCC)_[\w.]+)' not found/,
    cause: what => `It, or a library that it loads, asks for ${what}, which is newer than this system.`,
  },
  {
    id: 'unpacks-where-nothing-may-run',
    says: /failed to map segment from shared object/,
    title:
      'It unpacks itself into a directory whose file system is mounted noexec, and cannot load its libraries there.',
    fix: {
      any: 'Unpack to where the user may run programs: the directory of the installation, or a cache in the home directory.',
      python:
        'Freeze with `--onedir`, which unpacks nothing; or start it with TMPDIR set to a directory of the app.',
    },
    sources: [
      'https://github.com/pyinstaller/pyinstaller/issues/3870',
      'https://github.com/pyinstaller/pyinstaller/issues/4548',
    ],
  },
  {
    id: 'library-for-another-machine',
    says: /wrong ELF class|invalid ELF header|file too short|incompatible architecture \(have|wrong architecture|not a valid Win32 application|cannot execute binary file|NODE_MODULE_VERSION \d+/,
    title:
      'A library or addon that it loads is for another processor, another system or another version of its runtime.',
    fix: {
      any: 'Build or download it once for each target, and pack the one of the target that is built.',
      node: 'Install with `npm rebuild` (or `--cpu`, `--os` and `--libc`) for the target and its version of Node, before it is packed.',
      python: 'Freeze on the system and with the Python that the wheels are for.',
    },
    sources: ['https://github.com/WiseLibs/better-sqlite3/issues/480', LOADER],
  },
  {
    ...LIBRARY_MISSING,
    says: /([\w.+-]+\.(?:so|dylib)[\w.]*): cannot open shared object file|Error loading shared library ([^:\s]+):|Library not loaded: (\S+)|because (\S+\.dll) was not found|Unable to load shared library '([^']+)'/,
    cause: what => `It needs ${what}, which is not installed here.`,
  },
  {
    id: 'library-of-another-version',
    says: /symbol lookup error: |undefined symbol: (\S+)|Error relocating \S+: (\S+): symbol not found|Symbol not found: (\S+)|The procedure entry point (\S+) could not be located/,
    title: 'A library was loaded that is another version than the one that it was linked with.',
    cause: what =>
      `A library was loaded that does not have ${what}: another version than it was linked with, or made for another C library.`,
    fix: {
      any: 'Ship the libraries that it was linked with, and find them by `$ORIGIN` and not by LD_LIBRARY_PATH. What was linked with glibc does not run with musl.',
      python:
        'What PyInstaller starts inherits its LD_LIBRARY_PATH: give children LD_LIBRARY_PATH_ORIG back.',
    },
    sources: ['https://github.com/block/buzz/issues/2315', LOADER],
  },
]
