import type { Utterance } from '../said.ts'

const LOADER = 'https://man7.org/linux/man-pages/man8/ld.so.8.html'

/** What loaders say: of glibc, of musl, of macOS, of Windows. */
export const loaderSays: readonly Utterance[] = [
  {
    id: 'needs-newer-libc',
    says: /version [`']((?:GLIBC|GLIBCXX|CXXABI|GCC)_[\w.]+)' not found/,
    title:
      'It was linked on a newer system than it has to run on: the C library there lacks what it asks for.',
    cause: what => `It, or a library that it loads, asks for ${what}, which is newer than this system.`,
    fix: {
      any: 'Build it, and the libraries that it brings, on the oldest system that you promise (`debian:11` has glibc 2.31). Go: `CGO_ENABLED=0`. Rust: `cargo zigbuild --target x86_64-unknown-linux-gnu.2.28`, or musl. `-static-libstdc++` is enough for GLIBCXX.',
      node: 'The official Node 24 needs glibc 2.28. A native addon needs what it was built with: build it on an old image, or take its prebuilds.',
      python:
        'PyInstaller does not bring glibc along: freeze it on an old image, with a Python that was built there.',
    },
    sources: [
      'https://github.com/confluentinc/vscode/issues/1698',
      'https://github.com/vectorize-io/hindsight/issues/2321',
    ],
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
    id: 'library-missing',
    says: /([\w.+-]+\.(?:so|dylib)[\w.]*): cannot open shared object file|Error loading shared library ([^:\s]+):|Library not loaded: (\S+)|because (\S+\.dll) was not found|Unable to load shared library '([^']+)'/,
    title: 'It needs a shared library that is not installed here.',
    cause: what => `It needs ${what}, which is not installed here.`,
    fix: {
      any: "Ship the library beside it (`-Wl,-rpath,'$ORIGIN'`, on macOS `@executable_path`, on Windows in its directory) and name it in the contract's `files`; or link it statically.",
      node: 'It is an addon that needs it: pack the addon with its libraries beside it, outside the single file.',
      python: 'PyInstaller: `--add-binary libx.so:.` for a library that it did not find by itself.',
    },
    sources: [LOADER],
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
