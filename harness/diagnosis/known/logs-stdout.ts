import { straysOn } from '../../clauses/stdout.ts'
import type { Evidence } from '../../recording/evidence.ts'
import { firstDemand, sinceLaunch } from '../../recording/query.ts'
import { duration } from '../../text/duration.ts'
import { printable } from '../../text/printable.ts'
import type { Fix, KnownFailure } from '../known-failure.ts'
import {
  followsEachRequest,
  isBeforeAnnouncement,
  isOneForEach,
  namesRequests,
  type Strays,
} from '../strays.ts'

/* What stands on stdout beside the announcement: when it came says who wrote it. */

const TO_STDERR: Fix = {
  any: 'Have the logger write to stderr. Go: log does; for what does not, os.Stdout = os.Stderr after the announcement. Rust: tracing_subscriber::fmt().with_writer(std::io::stderr). Lines that are meant the contract allows: `logs: { stdout: [/^progress /] }`.',
  node: 'In a module that is imported before all others: globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr }), of node:console. console.log of every dependency goes to stderr then. pino: pino.destination(2); winston: stderrLevels.',
  bun: 'console.error in the place of console.log, and pino.destination(2): announce with process.stdout.write.',
  deno: 'console.error in the place of console.log: announce with Deno.stdout.writeSync.',
  python:
    'Announce with os.write(1, …) or print(…, flush=True), and set sys.stdout = sys.stderr behind it. logging.basicConfig() writes to stderr by itself.',
  jvm: 'System.setOut(System.err) behind the announcement; Logback: <target>System.err</target> in the ConsoleAppender.',
}

/** Each a writer that shows in what is written or when; the last is whoever else. */
const WRITERS: readonly {
  readonly id: string
  readonly title: string
  readonly sources: readonly string[]
  readonly fix: Fix
  wrote(strays: Strays, evidence: Evidence): boolean
}[] = [
  {
    id: 'dotenv-on-stdout',
    title: 'Its dotenv greets on stdout: since version 17 that tells there what it has read.',
    sources: [
      'https://github.com/postmanlabs/postman-mcp-server/issues/154',
      'https://github.com/bakissation/mcp-google-multi/issues/109',
    ],
    fix: {
      any: "dotenv.config({ quiet: true }), or DOTENV_CONFIG_QUIET=true where it is loaded by --require; or Node's own process.loadEnvFile(), which says nothing.",
    },
    wrote: ({ lines }) => lines.some(({ text }) => /^\[dotenv@\d/.test(text)),
  },
  {
    id: 'blank-lines-on-stdout',
    title:
      'It writes empty lines to stdout: a console.log() to set something apart, or a newline too many behind the announcement.',
    sources: ['https://github.com/hashicorp/go-plugin/issues/164'],
    fix: {
      ...TO_STDERR,
      any: `Write one newline behind the announcement, and no line without words. ${TO_STDERR.any}`,
    },
    wrote: ({ lines }) => lines.length > 0 && lines.every(({ text }) => text.trim() === ''),
  },
  {
    id: 'banner-on-stdout',
    title: 'It, or something that it loads, greets on stdout before the announcement.',
    sources: [
      'https://github.com/hashicorp/go-plugin/issues/164',
      'https://github.com/postmanlabs/postman-mcp-server/issues/154',
    ],
    fix: {
      ...TO_STDERR,
      any: `Look for what prints a banner, a version or a hint while it is loaded, and turn that off. ${TO_STDERR.any}`,
    },
    wrote: ({ lines, life }) => lines.some(line => isBeforeAnnouncement(line, life)),
  },
  {
    id: 'requests-logged-on-stdout',
    title: 'It logs requests on stdout: the access log of its server.',
    sources: ['https://www.uvicorn.org/settings/#logging'],
    fix: {
      ...TO_STDERR,
      any: `Turn the access log off, or have it write to stderr. ${TO_STDERR.any}`,
      node: "morgan('tiny', { stream: process.stderr }); Hono: logger(line => console.error(line)); Fastify: { logger: { stream: process.stderr } }.",
      python:
        'uvicorn writes its access log to stdout: access_log=False, or log_config["handlers"]["access"]["stream"] = "ext://sys.stderr".',
    },
    wrote: (strays, evidence) =>
      namesRequests(strays) || followsEachRequest(strays) || isOneForEach(evidence),
  },
  {
    id: 'last-words-on-stdout',
    title:
      'It says goodbye on stdout: what it logs while it stops goes there, and the tests of the start see nothing of it.',
    sources: ['https://github.com/hashicorp/go-plugin/issues/164'],
    fix: {
      ...TO_STDERR,
      any: `Look into the handlers of the signals and of the exit. ${TO_STDERR.any}`,
    },
    wrote: ({ lines, life }) => {
      const toldAtMs = firstDemand(life)?.atMs ?? Infinity
      return lines.length > 0 && lines.every(({ atMs }) => atMs >= toldAtMs)
    },
  },
  {
    id: 'logs-on-stdout',
    title: 'It logs on stdout, which belongs to its parent.',
    sources: ['https://github.com/hashicorp/go-plugin/issues/164'],
    fix: TO_STDERR,
    wrote: () => true,
  },
]

/** More would bury the first. */
const MOST_QUOTED = 3

/** From the particular to the general. */
export const logsStdoutFailures: readonly KnownFailure[] = WRITERS.map(
  ({ id, title, sources, fix, wrote }) => ({
    id,
    title,
    clauses: ['logs/stdout-machine-only'],
    sources,
    fix,
    recognise({ life, evidence }) {
      if (life === null) return null
      const lines = straysOn(life, evidence.contract).others
      if (!wrote({ life, lines }, evidence)) return null
      const quoted = lines
        .slice(0, MOST_QUOTED)
        .map(
          ({ atMs, text }) => `${duration(sinceLaunch(life, atMs))} after its launch: "${printable(text)}"`,
        )
      return { evidence: lines.length === 0 ? [`${life.stdout.bytes} bytes on stdout`] : quoted }
    },
  }),
)
