import type { KnownFailure } from '../known-failure.ts'

/** What is wrong and how it is mended, wherever it is seen. */
export type Description = Omit<KnownFailure, 'clauses' | 'recognise'>

export const LOADER = 'https://man7.org/linux/man-pages/man8/ld.so.8.html'

/** Seen in the file, or when the loader says so of a library that comes with it. */
export const LIBRARY_MISSING: Description = {
  id: 'library-missing',
  title: 'It needs a shared library that is not installed here.',
  sources: [LOADER],
  fix: {
    any: "Ship the library beside it (`-Wl,-rpath,'$ORIGIN'`, on macOS `@executable_path`, on Windows in its directory) and name it in the contract's `files`; or link it statically. One of the system's has to be a dependency of your package.",
    node: 'Where an addon needs it: ship the addon with its libraries beside it, outside the single file.',
    python: 'PyInstaller: `--add-binary libx.so:.` for a library that it did not find by itself.',
  },
}

export const NEWER_LIBC: Description = {
  id: 'needs-newer-libc',
  title: 'It was linked on a newer system than it has to run on: the C library there lacks what it asks for.',
  sources: [
    'https://github.com/confluentinc/vscode/issues/1698',
    'https://github.com/vectorize-io/hindsight/issues/2321',
  ],
  fix: {
    any: 'Build it, and the libraries that it brings, on the oldest system that you promise, in a container (`debian:11` has glibc 2.31). Go: `CGO_ENABLED=0`. Rust: `cargo zigbuild --target x86_64-unknown-linux-gnu.2.28`, or musl. `-static-libstdc++` is enough for GLIBCXX. Or raise `libcFloor` in the contract, and tell users.',
    node: 'The official Node 24 needs glibc 2.28: pack it from that one, and build native addons on an old image, or take their prebuilds.',
    python:
      'PyInstaller does not bring glibc along: freeze it on an old image, with a Python that was built there.',
  },
}

/** Said by Node, or told by its exit code alone. */
export const NODE_OPTIONS_REFUSED: Description = {
  id: 'node-options-refused',
  title: 'Its runtime does not know an option that it is started with, by NODE_OPTIONS or by an argument.',
  sources: [
    'https://nodejs.org/api/cli.html#node_optionsoptions',
    'https://nodejs.org/api/process.html#exit-codes',
    'https://github.com/nodejs/node/pull/59560',
  ],
  fix: {
    any: "Start it without: arguments of the app's are not options of its runtime, and NODE_OPTIONS is the user's. 9 is what Node ends with at an option that it does not know.",
    node: 'A bare Node takes what stands before the script for its own: is the application in it? In a SEA `"execArgvExtension": "none"` ignores NODE_OPTIONS.',
  },
}

/** Said by a runtime, or told by its SIGTRAP. */
export const JIT_FORBIDDEN: Description = {
  id: 'jit-forbidden-on-macos',
  title:
    'It is signed for the hardened runtime of macOS, and has no entitlement to compile code while it runs.',
  sources: [
    'https://github.com/bloknayrb/tandem/issues/983',
    'https://github.com/heznpc/AirMCP/pull/434',
    'https://github.com/u8array/ZPLab/pull/339',
  ],
  fix: {
    any: 'Sign it with an entitlements file that has `com.apple.security.cs.allow-jit` (and `allow-unsigned-executable-memory` for V8). In Tauri: `bundle.macOS.entitlements`. Notarization does not notice: launch what was signed.',
  },
}

/** Said by the system, or seen in the connections of one that hangs. */
export const NEEDS_NETWORK: Description = {
  id: 'needs-network-at-start',
  title: 'It asks another machine, or another program, before it starts, and gets no answer.',
  sources: ['https://github.com/simonw/datasette-app/issues/115'],
  fix: {
    any: 'Announce and serve first, and ask afterwards, with a timeout: an app has to open on a train too. A service that it cannot do without is started, and waited for, by the app.',
  },
}

export const PORT_SHARED: Description = {
  id: 'port-shared',
  title:
    'It listens beside another program on the same port (SO_REUSEPORT): each gets a part of the connections.',
  sources: ['https://man7.org/linux/man-pages/man7/socket.7.html'],
  fix: {
    any: 'Leave SO_REUSEPORT out: it is for the workers of one server. On Windows set SO_EXCLUSIVEADDRUSE, and not SO_REUSEADDR.',
    node: '`reusePort: true` in the options of listen is what has to go.',
    bun: '`reusePort: true` in the options of Bun.serve is what has to go.',
    python: 'uvicorn and gunicorn do not set it by themselves: look for `reuse_port=True` or a setsockopt.',
  },
}
