import { describe, expect, test } from 'vitest'
import { deathOf, exceptionIn } from '../../../harness/diagnosis/exception.ts'
import { aLife } from '../clauses/recordings.ts'

/** What each runtime prints of an exception that nobody catches, and what of it is the exception. */
const TRACES: readonly (readonly [string, string, string])[] = [
  [
    'Node',
    "/app/main.js:3\n  throw new Error('no database')\n  ^\n\nError: no database\n    at main (/app/main.js:3:9)\n\nNode.js v24.21.0",
    'Error: no database',
  ],
  [
    'Node, with a code',
    "node:events:497\n      throw er; // Unhandled 'error' event\n      ^\n\nError [ERR_STREAM_WRITE_AFTER_END]: write after end\n    at a (b:1:1) {\n  code: 'ERR_STREAM_WRITE_AFTER_END'\n}\n\nNode.js v24.21.0",
    'Error [ERR_STREAM_WRITE_AFTER_END]: write after end',
  ],
  [
    'Python',
    'Traceback (most recent call last):\n  File "app.py", line 1, in <module>\n    main()\nsqlite3.OperationalError: unable to open database file',
    'sqlite3.OperationalError: unable to open database file',
  ],
  [
    'Python, one behind the other',
    'Traceback (most recent call last):\n  File "a.py", line 1\nKeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "a.py", line 2\nValueError: 2',
    'ValueError: 2',
  ],
  ['Go', 'panic: no database\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:3', 'panic: no database'],
  [
    'Rust',
    "thread 'main' panicked at src/main.rs:2:5:\nno database\nnote: run with `RUST_BACKTRACE=1`",
    'no database',
  ],
  [
    'the JVM',
    'Exception in thread "main" java.lang.IllegalStateException: no database\n\tat Main.main(Main.java:3)',
    'Exception in thread "main" java.lang.IllegalStateException: no database',
  ],
  [
    '.NET',
    'Unhandled exception. System.Exception: no database\n   at Program.Main()',
    'Unhandled exception. System.Exception: no database',
  ],
  [
    'Deno',
    'error: Uncaught (in promise) Error: no database\n    at file:///a.ts:1:7',
    'error: Uncaught (in promise) Error: no database',
  ],
  [
    'Bun',
    '1 | throw new Error("no database")\n          ^\nerror: no database\n      at /app/a.ts:1:7\n\nBun v1.3.4 (Linux x64)',
    'error: no database',
  ],
]

describe('an exception', () => {
  test.each(TRACES)('of %s', (_runtime, printed, exception) => {
    const life = aLife('stop-sigterm').logs('starting').logs(printed).logs('bye')
    expect(exceptionIn(life.toRecording())).toBe(exception)
  })

  test('that somebody has logged is none', () => {
    const life = aLife('stop-sigterm').logs('Error: no database').logs('ValueError: 2, tried again')
    expect(exceptionIn(life.toRecording())).toBeNull()
  })
})

describe('a death', () => {
  test('is told by its exit, and by its exception where there was one', () => {
    const [, node = ''] = TRACES[0] ?? []
    expect(deathOf(aLife('a').logs(node).exits(1).toRecording())).toEqual([
      'it exited with code 1',
      'an exception that nobody caught: Error: no database',
    ])
    expect(deathOf(aLife('a').exits('SIGSEGV').toRecording())).toEqual(['SIGSEGV killed it'])
  })

  test('that it was told to die is none', () => {
    expect(deathOf(aLife('a').announces().stopsOn('SIGTERM').toRecording())).toEqual([])
  })
})
