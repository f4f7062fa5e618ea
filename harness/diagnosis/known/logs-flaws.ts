import type { StreamFlaw } from '../../recording/recording.ts'
import type { Fix, KnownFailure } from '../known-failure.ts'

/* What its streams hold, byte by byte. */

const UTF8: Fix = {
  any: 'Write UTF-8. Go and Rust write the bytes that they are given: look for paths, and for the output of other programs that is passed on. .NET: Console.OutputEncoding = new UTF8Encoding(false).',
  node: 'Node writes UTF-8 by itself: look for a Buffer in another encoding, and for the output of other programs that is passed on.',
  python:
    'sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace") as the first statement: on Windows a pipe has the code page of the system.',
  jvm: 'System.setOut(new PrintStream(System.out, true, StandardCharsets.UTF_8)): stdout.encoding is that of the system.',
}

const NO_COLOURS: Fix = {
  any: 'Colour only where the stream is a terminal. Go: zerolog.ConsoleWriter{NoColor: true}; Rust: .with_ansi(std::io::stderr().is_terminal()).',
  node: 'Let stream.isTTY decide: chalk and util.styleText do. pino-pretty: colorize: false; winston: no format.colorize().',
  python: 'uvicorn.Config(app, use_colors=False); rich: Console(stderr=True) decides by itself.',
}

/** A code that moves the cursor, or erases: what draws spinners and progress bars. Colours end in m. */
const CURSOR = /\\x1b\[[\d;?]*[ABCDEFGHJKSThlsu]/

/** Each a flaw of the bytes of a stream, as it shows in the line that it is in. */
const FLAWS: readonly {
  readonly id: string
  readonly title: string
  readonly clauses: readonly ('logs/plain-stdout' | 'logs/plain-stderr')[]
  readonly sources: readonly string[]
  readonly fix: Fix
  fits(flaw: StreamFlaw | undefined, all: readonly StreamFlaw[]): boolean
}[] = [
  {
    id: 'progress-bar-in-pipe',
    title:
      'A spinner or a progress bar is drawn where nobody sees it: its codes move a cursor that is not there.',
    clauses: ['logs/plain-stdout', 'logs/plain-stderr'],
    sources: ['https://nodejs.org/api/tty.html#writestreamistty'],
    fix: {
      any: 'Draw only where the stream is a terminal, and write a line now and then where it is none.',
      python: 'tqdm(disable=None) draws on terminals alone.',
    },
    fits: flaw => flaw?.kind === 'escape code' && CURSOR.test(flaw.excerpt),
  },
  {
    id: 'colours-on-stdout',
    title: 'It colours what it writes to stdout: who reads it line by line finds the codes in its fields.',
    clauses: ['logs/plain-stdout'],
    sources: ['https://github.com/quarkusio/quarkus-agent-mcp/pull/166'],
    fix: {
      ...NO_COLOURS,
      any: `What a program reads is written without colours, whatever FORCE_COLOR says. ${NO_COLOURS.any}`,
    },
    fits: flaw => flaw?.kind === 'escape code',
  },
  {
    id: 'colours-on-stderr',
    title: 'It colours its log though no terminal shows it: people read the codes.',
    clauses: ['logs/plain-stderr'],
    sources: ['https://github.com/http-party/http-server/issues/342'],
    fix: NO_COLOURS,
    // The one flaw that is looked for there.
    fits: () => true,
  },
  {
    id: 'stdout-in-utf16',
    title: 'It writes stdout in UTF-16: every other byte is a NUL.',
    clauses: ['logs/plain-stdout'],
    sources: ['https://github.com/tauri-apps/tauri/issues/4644'],
    fix: UTF8,
    fits: (_flaw, all) => all.some(({ excerpt }) => /(\w\\x00){3}|(\\x00\w){3}/.test(excerpt)),
  },
  {
    id: 'bom-on-stdout',
    title: 'It begins stdout with a byte order mark.',
    clauses: ['logs/plain-stdout'],
    sources: ['https://github.com/tauri-apps/tauri/issues/4644'],
    fix: {
      ...UTF8,
      any: 'UTF-8 without a mark: .NET and PowerShell: Console.OutputEncoding = new UTF8Encoding(false), where false leaves it out.',
      python: 'encoding="utf-8", and not "utf-8-sig".',
    },
    fits: flaw => flaw?.kind === 'byte order mark',
  },
  {
    id: 'nul-on-stdout',
    title:
      'A NUL stands in what it writes to stdout: the end of a string in C was written too, or a buffer that is longer than its text.',
    clauses: ['logs/plain-stdout'],
    sources: ['https://github.com/tauri-apps/tauri/issues/2673'],
    fix: {
      any: 'Write as many bytes as the text has (strlen, and not sizeof), and end a line with a newline alone.',
    },
    fits: flaw => flaw?.kind === 'NUL',
  },
  {
    id: 'stdout-in-code-page',
    title: 'What it writes to stdout is no UTF-8: it is in the code page of the system, or Latin-1.',
    clauses: ['logs/plain-stdout'],
    sources: [
      'https://github.com/tauri-apps/tauri/issues/4644',
      'https://github.com/orion-gz/EasyPaper/pull/125',
    ],
    fix: UTF8,
    fits: () => true,
  },
]

/** From the particular to the general. */
export const logsFlawFailures: readonly KnownFailure[] = FLAWS.map(
  ({ id, title, clauses, sources, fix, fits }) => ({
    id,
    title,
    clauses,
    sources,
    fix,
    recognise({ life, clause }) {
      const flaws = life === null ? [] : life[clause === 'logs/plain-stdout' ? 'stdout' : 'stderr'].flaws
      const judged =
        clause === 'logs/plain-stdout' ? flaws : flaws.filter(({ kind }) => kind === 'escape code')
      const [flaw] = judged
      if (!fits(flaw, judged)) return null
      return { evidence: flaw === undefined ? [] : [`${flaw.kind} in "${flaw.excerpt}"`] }
    },
  }),
)
