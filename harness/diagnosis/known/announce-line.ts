import { grammarOf } from '../../clauses/announced.ts'
import { linesOf } from '../../recording/query.ts'
import type { Line } from '../../recording/recording.ts'
import { printable } from '../../text/printable.ts'
import type { Fix, KnownFailure, Scene } from '../known-failure.ts'

/** The line that was meant to be the announcement, where there is one. */
function nearMissOf({
  life,
  evidence: { contract },
}: Scene): (Line & { reading: { kind: 'near-miss'; why: string } }) | null {
  const stream = contract.announce.on.kind === 'stderr' ? 'stderr' : 'stdout'
  const line = life === null ? undefined : linesOf(life, 'near-miss', stream)[0]
  return line?.reading.kind === 'near-miss' ? { ...line, reading: line.reading } : null
}

/** Each a way in which the line is all but right; `why` is what the grammar says of it. */
const SPOILT: readonly {
  readonly id: string
  readonly title: string
  readonly fix: Fix
  readonly sources: readonly string[]
  fits(why: string, line: Line): boolean
}[] = [
  {
    id: 'announcement-unterminated',
    title: 'The announcement has no newline at its end, so a reader of lines never gets it.',
    fix: {
      any: 'End it with a newline, and flush. Rust: `println!`, not `print!`. Go: `\\n` in Printf.',
      node: 'console.log ends its line; process.stdout.write does not.',
      python: 'print() ends its line; sys.stdout.write() does not.',
    },
    sources: ['https://github.com/tauri-apps/plugins-workspace/issues/1632'],
    fits: (_why, { ending }) => ending === 'none',
  },
  {
    id: 'announcement-behind-carriage-return',
    title:
      'The announcement is written over a progress bar: a carriage return stands before it, on the same line.',
    fix: {
      any: 'Write progress to stderr, and only to a terminal; begin the announcement on a line of its own.',
    },
    sources: ['https://github.com/tauri-apps/plugins-workspace/issues/1632'],
    fits: (_why, { text }) => /\r./.test(text),
  },
  {
    id: 'announcement-with-terminal-commands',
    title: 'Commands for a terminal (its title, its progress bar) stand in the line with the announcement.',
    fix: {
      any: 'Write them only where stdout is a terminal. `dotnet run` of .NET 9 does it to pipes as well: ship, and launch, the published program.',
    },
    sources: ['https://github.com/dotnet/sdk/issues/44610'],
    // ESC ] begins a command to the terminal; colours begin by ESC [.
    fits: (_why, { text }) => text.includes('\u001B]'),
  },
  {
    id: 'announcement-coloured',
    title: 'Colours are in the announcement: terminal escape codes that an app reads as part of the port.',
    fix: {
      any: 'Write the line without a logger that colours, whatever FORCE_COLOR says.',
      node: 'console.log("BACKEND_PORT:", port) colours numbers under FORCE_COLOR: build one string of both.',
    },
    sources: [
      'https://github.com/quarkusio/quarkus-agent-mcp/pull/166',
      'https://github.com/denoland/deno/issues/35910',
    ],
    fits: (_why, { text }) => text.includes('\u001B'),
  },
  {
    id: 'announcement-encoded',
    title: 'The announcement is not plain UTF-8: a byte order mark, or UTF-16, stands in it.',
    fix: {
      any: 'Write stdout as UTF-8 without a byte order mark. PowerShell and .NET: `[Console]::OutputEncoding = [Text.UTF8Encoding]::new($false)`.',
      python: 'sys.stdout.reconfigure(encoding="utf-8", newline="\\n") before the first line.',
    },
    sources: ['https://github.com/tauri-apps/tauri/issues/4644'],
    fits: (why, { text }) =>
      text.includes('\uFEFF') || text.includes('\0') || why.includes('byte order mark'),
  },
  {
    id: 'announced-port-zero',
    title: 'It announces port 0: what it asked the system for, and not what it got.',
    fix: {
      any: 'Announce the port that the socket has once it listens. Go: `listener.Addr()`; Rust: `listener.local_addr()`.',
      node: "server.address().port in the 'listening' callback tells it.",
      python: 'sock.getsockname()[1], or server.server_port, tells it once it is bound.',
    },
    sources: [
      'https://nodejs.org/api/net.html#serveraddress',
      'https://github.com/spinframework/spin/issues/2471',
    ],
    fits: why => why.startsWith('port 0'),
  },
  {
    id: 'announced-number-formatted',
    title: 'The port is written as numbers are for people: padded, in groups of digits, or hexadecimal.',
    fix: {
      any: 'Write it in plain decimal digits: no padding, no separator, no locale.',
      node: 'String(port); toLocaleString() puts separators in, padStart() zeros.',
      python: 'f"{port}"; f"{port:,}" puts commas in, f"{port:05}" zeros.',
    },
    sources: [
      'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/Number/toLocaleString',
    ],
    fits: (why, { text }) =>
      why.includes('padded with zeros') || /\d[,._\u00A0\u202F']\d{3}\b|0x[0-9a-f]+/i.test(text),
  },
  {
    id: 'announced-no-port',
    title: 'What it announces as its port is none: it was read before there was one, or reckoned.',
    fix: {
      any: 'Announce what the socket says once it listens: a decimal number from 1 to 65535.',
      node: "server.address() is null before 'listening': read the port in the callback of listen.",
    },
    sources: ['https://nodejs.org/api/net.html#serveraddress'],
    fits: why => /no decimal port number|beyond the last port/.test(why),
  },
  {
    id: 'announcement-with-remark',
    title: 'A remark stands behind the port, where its reader expects the end of the line.',
    fix: { any: 'Nothing follows the port but the newline: a remark, a URL or a pid belongs on stderr.' },
    sources: [],
    fits: (_why, { text }) => /\d\s+\S*[^\d\s]/.test(text),
  },
  {
    id: 'announcement-spaced',
    title: 'A space stands in the announcement where the contract has none.',
    fix: {
      any: 'Build one string of the words and the port, and write that.',
      node: 'console.log("BACKEND_PORT:", port) puts a space between: console.log("BACKEND_PORT:" + port) does not.',
      python: 'print("BACKEND_PORT:", port) puts a space between: print(f"BACKEND_PORT:{port}").',
    },
    sources: ['https://nodejs.org/api/console.html#consolelogdata-args'],
    fits: (why, { text }) => why.includes('spaces around it') || /\s\d+$/.test(text),
  },
]

const spoilt: readonly KnownFailure[] = SPOILT.map(({ fits, ...known }) => ({
  ...known,
  clauses: ['announce/well-formed'],
  recognise(scene) {
    const line = nearMissOf(scene)
    if (line === null || !fits(line.reading.why, line)) return null
    return { evidence: [`"${printable(line.text)}": ${printable(line.reading.why)}`] }
  },
}))

const misspelt: KnownFailure = {
  id: 'announcement-misspelt',
  title: 'The announcement is all but right, and an app that compares it to the byte does not know it.',
  clauses: ['announce/well-formed'],
  sources: [],
  fix: {
    any: 'Write it exactly as the contract has it, and nothing more on that line; or change `announce` in the contract.',
  },
  recognise(scene) {
    const line = nearMissOf(scene)
    const expected = `expected is ${grammarOf(scene.evidence.contract)}`
    if (line === null) return { evidence: [expected] }
    return { evidence: [`"${printable(line.text)}": ${printable(line.reading.why)}`, expected] }
  },
}

/** From the particular to the general. */
export const announceLineFailures: readonly KnownFailure[] = [...spoilt, misspelt]
