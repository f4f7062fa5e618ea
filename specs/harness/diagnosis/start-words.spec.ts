import { describe, expect, test } from 'vitest'
import { evidenceOf } from '../clauses/evidence.ts'
import { aLife } from '../clauses/recordings.ts'
import { diagnosisIn } from './diagnosed.ts'

/** What loaders, packers, runtimes and the system say, to the letter, and the code that they leave. */
const SAID: readonly (readonly [id: string, code: number, words: string])[] = [
  [
    'needs-newer-libc',
    1,
    "./backend: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by ./backend)",
  ],
  ['needs-newer-libc', 1, "/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by ./backend)"],
  [
    'unpacks-where-nothing-may-run',
    1,
    "[PYI-26028:ERROR] Failed to load Python shared library '/tmp/_MEIqeRUFt/libpython3.14.so.1.0': /tmp/_MEIqeRUFt/libpython3.14.so.1.0: failed to map segment from shared object",
  ],
  [
    'library-missing',
    127,
    './backend: error while loading shared libraries: libfoo.so.1: cannot open shared object file: No such file or directory',
  ],
  [
    'library-missing',
    127,
    'Error loading shared library libfoo.so.1: No such file or directory (needed by ./backend)',
  ],
  ['library-missing', 1, 'dyld[812]: Library not loaded: @rpath/libfoo.1.dylib'],
  [
    'library-of-another-version',
    127,
    './backend: symbol lookup error: ./backend: undefined symbol: SSL_get1_peer_certificate',
  ],
  ['library-of-another-version', 127, 'Error relocating ./backend: __res_init: symbol not found'],
  [
    'library-for-another-machine',
    1,
    "Error: The module '/app/better_sqlite3.node' was compiled against a different Node.js version using NODE_MODULE_VERSION 115.",
  ],
  ['library-for-another-machine', 1, 'OSError: libfoo.so: wrong ELF class: ELFCLASS32'],
  [
    'payload-damaged',
    255,
    "[PYI-19632:ERROR] Could not load PyInstaller's embedded PKG archive from the executable (/app/backend)",
  ],
  ['payload-damaged', 1, 'pkg/prelude/bootstrap.js:1'],
  ['bytecode-for-another-machine', 1, 'Error: UNEXPECTED-20'],
  ['addon-not-packed', 1, 'Error: Could not locate the bindings file. Tried:'],
  [
    'file-not-packed',
    1,
    "Error: File '/**/backend/views/index.html' was not included into executable at compilation stage.",
  ],
  [
    'file-not-packed',
    1,
    "FileNotFoundError: [Errno 2] No such file or directory: '/tmp/_MEIRsuH58/jnpr/junos/facts'",
  ],
  ['runtime-too-old', 1, 'Error [ERR_UNKNOWN_BUILTIN_MODULE]: No such built-in module: node:sqlite'],
  [
    'runtime-too-old',
    1,
    'Exception in thread "main" java.lang.UnsupportedClassVersionError: Main has been compiled by a more recent version of the Java Runtime',
  ],
  ['module-not-packed', 1, 'Error [ERR_UNKNOWN_BUILTIN_MODULE]: No such built-in module: express'],
  ['module-not-packed', 1, "Error: Cannot find module '/snapshot/backend/plugins/mail.js'"],
  ['module-not-packed', 1, "error: Cannot find package 'nothere' from '/$bunfs/root/backend'"],
  ['module-not-packed', 1, "ModuleNotFoundError: No module named 'uvicorn.loops.auto'"],
  ['module-not-packed', 1, 'Error: Could not find or load main class Main'],
  ['node-options-refused', 9, 'node: --nope is not allowed in NODE_OPTIONS'],
  ['node-options-refused', 9, './backend: bad option: --port'],
  [
    'import-in-packed-script',
    1,
    'TypeError [ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING]: A dynamic import callback was not specified.',
  ],
  ['module-kind-mismatch', 1, 'Error [ERR_REQUIRE_ESM]: require() of ES Module /app/x.js not supported.'],
  ['module-kind-mismatch', 1, 'SyntaxError: Cannot use import statement outside a module'],
  [
    'path-made-of-nothing',
    1,
    'TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be of type string or an instance of URL. Received undefined',
  ],
  [
    'deno-permission-missing',
    1,
    '\u001B[1m\u001B[31merror\u001B[0m: Uncaught (in promise) NotCapable: Requires net access to "127.0.0.1:0", run again with the --allow-net flag',
  ],
  ['multiprocessing-not-frozen', 1, '        An attempt has been made to start a new process before the'],
  ['no-standard-streams', 1, "AttributeError: 'NoneType' object has no attribute 'isatty'"],
  [
    'cannot-spell-its-output',
    1,
    "UnicodeEncodeError: 'ascii' codec can't encode character '\\xe4' in position 0: ordinal not in range(128)",
  ],
  ['jit-forbidden-on-macos', 133, 'Ran out of executable memory while allocating 128 bytes.'],
  ['out-of-memory', 134, 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
  ['out-of-memory', 1, 'Could not reserve enough space for 1048576000000KB object heap'],
  ['program-not-found', 1, 'Error: spawn ffmpeg ENOENT'],
  ['program-not-found', 127, './backend: 3: ffmpeg: not found'],
  ['program-not-found', 127, './backend: 2: exec: ffmpeg: not found'],
  ['program-not-found', 127, 'bash: line 1: ffmpeg: command not found'],
  ['program-not-found', 127, '/usr/bin/env: ‘node’: No such file or directory'],
  ['program-not-found', 1, 'exec: "ffmpeg": executable file not found in $PATH'],
  ['port-in-use-at-start', 1, 'Error: listen EADDRINUSE: address already in use :::3999'],
  ['port-in-use-at-start', 1, 'OSError: [Errno 98] Address already in use'],
  ['port-in-use-at-start', 1, 'error: Uncaught (in promise) AddrInUse: Address already in use (os error 98)'],
  ['port-in-use-at-start', 1, '    code: "EADDRINUSE"'],
  ['port-in-use-at-start', 1, 'listen tcp 127.0.0.1:8080: bind: address already in use'],
  ['port-forbidden', 1, 'Error: listen EACCES: permission denied 127.0.0.1:80'],
  ['address-not-here', 1, 'Error: listen EADDRNOTAVAIL: address not available ::1:8080'],
  ['state-locked', 1, 'sqlite3.OperationalError: database is locked'],
  ['disk-full', 1, 'Error: ENOSPC: no space left on device, write'],
  ['too-many-open-files', 1, "Error: EMFILE: too many open files, watch '/'"],
  ['file-forbidden', 1, "Error: EACCES: permission denied, open '/app/backend.log'"],
  ['file-forbidden', 1, "PermissionError: [Errno 13] Permission denied: '/app/backend.log'"],
  ['file-not-found', 1, "Error: ENOENT: no such file or directory, open 'data.json'"],
  ['file-not-found', 1, "FileNotFoundError: [Errno 2] No such file or directory: 'x.json'"],
  ['file-not-found', 1, 'panic: open config.toml: no such file or directory'],
  ['needs-network-at-start', 1, 'Error: getaddrinfo ENOTFOUND api.example.com'],
  ['needs-network-at-start', 1, 'Error: connect ECONNREFUSED 127.0.0.1:5432'],
]

test.each(SAID)('%s, with code %i: %s', (id, code, words) => {
  const life = aLife('stop-sigterm').logs('starting').after(30).logs(words).exits(code).leaves()
  const found = diagnosisIn(evidenceOf({ only: [life] }), 'start/within-budget')

  expect(found?.id).toBe(id)
  expect(found?.evidence.join()).toContain('it said "')
})

test('names what is missing in the cause', () => {
  const life = aLife('stop-sigterm')
    .logs("ModuleNotFoundError: No module named 'uvicorn.loops.auto'")
    .exits(1)
  const found = diagnosisIn(evidenceOf({ only: [life.leaves()] }), 'start/within-budget')

  expect(found?.cause).toBe('It loads uvicorn.loops.auto, which is not in the program, nor beside it.')
})

describe('of several things that are said', () => {
  const found = (...said: readonly string[]) => {
    const life = said.reduce((script, words) => script.logs(words), aLife('stop-sigterm'))
    return diagnosisIn(evidenceOf({ only: [life.exits(1).leaves()] }), 'start/within-budget')
  }

  test('the last counts, and not one that it lived through', () => {
    const optional = "Cannot find module 'bufferutil': slower without it"
    expect(found(optional, 'Error: listen EADDRINUSE: address already in use :::3000')?.id).toBe(
      'port-in-use-at-start',
    )
  })

  test('the last of the same kind is named', () => {
    const defaults = "ENOENT: no such file or directory, open 'settings.json': using defaults"
    const fatal = "Error: ENOENT: no such file or directory, open 'data.json'"
    expect(found(defaults, fatal)?.cause).toBe('It reads data.json, which is not there.')
  })

  test('what Node adds to an error behind it is the same error', () => {
    const error = 'Error: /app/x.node: wrong ELF class: ELFCLASS32'
    expect(found(error, '    at process.dlopen', "  code: 'ERR_DLOPEN_FAILED'", '}')?.id).toBe(
      'library-for-another-machine',
    )
  })

  test('colours are not a part of it', () => {
    expect(found('\u001B[31mError: spawn \u001B[1mffmpeg\u001B[22m ENOENT\u001B[0m')).toMatchObject({
      id: 'program-not-found',
      evidence: ['it said "Error: spawn ffmpeg ENOENT"'],
    })
  })
})

test('heeds what the JVM says on stdout', () => {
  const life = aLife('stop-sigterm')
    .writes('stdout', 'Error occurred during initialization of VM\n')
    .writes('stdout', 'Could not reserve enough space for 2097152KB object heap\n')
  const found = diagnosisIn(evidenceOf({ only: [life.exits(1).leaves()] }), 'start/within-budget')

  expect(found?.id).toBe('out-of-memory')
})

test('heeds nothing that is said once it was told to stop', () => {
  const life = aLife('stop-sigterm').isLate('announcement').isSeen({ listeners: [] }).isSent('SIGTERM')
  const evidence = evidenceOf({
    only: [life.after(2).logs("No module named 'signal_handlers'").exits(0).leaves()],
  })

  expect(diagnosisIn(evidence, 'start/within-budget')?.id).toBe('hangs-at-start')
})

test('tells how to mend it in the words of its runtime', () => {
  const life = aLife('stop-sigterm').logs("ModuleNotFoundError: No module named 'yaml'").exits(1).leaves()
  const payload = { runtime: 'pyinstaller', version: null, state: 'carried', bytes: null } as const
  const evidence = evidenceOf({ only: [life], artifact: { payload } })

  expect(diagnosisIn(evidence, 'start/within-budget')?.fix).toContain('--hidden-import')
})
