import assert from 'node:assert/strict'
import fc from 'fast-check'
import { compileGrammar, type Grammar, GrammarError } from '../../../harness/contract/announcement.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { toAnnounce } from '../../../harness/contract/to-announce.ts'
import { type Property, property } from './property.ts'

/** No longer line is read. */
const LONGEST = 4096
/** Far beyond what any line takes, and far below what an expression without bounds would. */
const SLOW_MS = 250

type Announce = NonNullable<ContractInput['announce']>

/** What RegExps, templates, JSON and URLs give a meaning to, and what makes an announcement. */
const WORDS = fc.constantFrom(
  ...['BACKEND_PORT:', 'backend port', 'http://', '127.0.0.1:', 'localhost', '[::1]:', '41234', '0', '65536'],
  ...[
    '1|1|tcp|',
    '|grpc',
    '{"port":',
    '}',
    '{',
    '[',
    ']',
    '(',
    ')',
    '$',
    '^',
    '.*',
    '+',
    '?',
    '\\',
    '|',
    '-',
    '/',
  ],
  ...[
    ':',
    ' ',
    '=',
    ',',
    '"',
    "'",
    '#',
    '%',
    '%zz',
    '\t',
    '\r',
    '\0',
    '\u001B[32m',
    '\u001B]0;',
    '\uFEFF',
    'é',
  ],
  ...['unix:///tmp/a b', '/tmp/s.sock', '@', 'token=', 'secret-1234', '-1', '1e3', '0x1f', 'null'],
)

const lines: fc.Arbitrary<string> = fc
  .oneof(
    fc
      .array(fc.oneof(WORDS, fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 14 })
      .map(words => words.join('')),
    fc
      .tuple(fc.array(WORDS, { maxLength: 3 }), fc.array(WORDS, { minLength: 1, maxLength: 3 }))
      .map(([head, unit]) => head.join('') + unit.join('').repeat(LONGEST)),
  )
  .map(text => text.replaceAll('\n', ' ').slice(0, LONGEST))

/** Text of a template that is no placeholder. */
const literals: fc.Arbitrary<string> = fc
  .array(fc.oneof(WORDS, fc.string({ maxLength: 4 })), { maxLength: 4 })
  .map(words => words.join('').replaceAll(/[{}\r\n]/g, '('))

interface Written {
  readonly template: string
  readonly line: string
  readonly endpoint: { readonly port: number; readonly host: string | null; readonly token?: string }
}

const ports = fc.integer({ min: 1, max: 65_535 })
const hosts = fc.oneof(
  fc.ipV4(),
  fc.domain(),
  fc.constant('localhost'),
  fc.ipV6().map(address => `[${address}]`),
)
const tokens = fc.stringMatching(/^[A-Za-z0-9._~+/=$^*()[\]\\{}-]{1,40}$/)

/** A template with a line that is written by it. What stands behind a placeholder begins with what it cannot hold. */
const written: fc.Arbitrary<Written> = fc
  .record({
    port: ports,
    host: fc.option(hosts),
    token: fc.option(tokens),
    order: fc.shuffledSubarray(['port', 'host', 'token'] as const, { minLength: 3 }),
    first: literals,
    between: fc.array(literals, { minLength: 3, maxLength: 3 }),
    endsOpen: fc.boolean(),
  })
  .map(({ port, host, token, order, first, between, endsOpen }) => {
    const given = { port, host, token }
    const names = order.filter(name => given[name] !== null)
    const put = (value: (name: (typeof names)[number]) => string) =>
      first +
      names
        .map(
          (name, index) => value(name) + (endsOpen && index === names.length - 1 ? '' : ` ${between[index]}`),
        )
        .join('')
    return {
      template: put(name => `{${name}}`),
      line: put(name => String(given[name])),
      endpoint: { port, host, ...(token === null ? {} : { token }) },
    }
  })

const patterns: fc.Arbitrary<Announce> = fc.oneof(
  fc.constantFrom<Announce[]>(
    ...['BACKEND_PORT:{port}', '{port}', '{host}:{port}', 'a {url}', '{url}?t={token}', 'a {socket} {token}'],
    ...['{socket}{token}', 'url', 'integer', 'go-plugin', 'listener'],
    ...[/port=(?<port>\d+)/, /^(?<url>\S+)$/gu, /(?<socket>\/\S*) (?<token>\w+)/y],
    ...[
      { json: 'port' },
      { json: 'a.b', after: 'a' },
      { json: { url: '$.url', token: 'token' }, where: { a: 1 } },
    ],
    { line: 'url', after: 'http' },
  ),
  written.map(({ template }) => template),
)

export const ANNOUNCEMENTS: readonly Property[] = [
  property(
    'every line is read by every pattern, and soon',
    fc.tuple(patterns, lines),
    ([pattern, line]) => {
      const grammar = grammarOf(pattern)
      const before = process.cpuUsage()
      const reading = grammar.read(line)
      const tokensIn = grammar.tokensIn(line)
      assert.deepEqual(grammar.begin()(line), reading)
      // Not by the clock: the machine may be busy with something else.
      assert.ok(process.cpuUsage(before).user / 1000 < SLOW_MS, 'it took too long')
      assert.ok(tokensIn.every(token => token.length > 0))
      if (reading.kind === 'announcement') {
        const { port, socket } = reading
        const isPort = port !== null && Number.isInteger(port) && port > 0 && port < 65_536
        assert.ok(isPort || (port === null && typeof socket === 'string' && socket !== ''))
      } else if (reading.kind === 'near-miss') {
        assert.notEqual(reading.why, '')
      }
    },
    {
      runs: 1000,
      // What can share its characters in many ways made one expression for all of it take 17 s.
      examples: [['a {host} {token} b {port}', `A${'-'.repeat(40)}`.repeat(99)]],
    },
  ),
  property(
    'what a template has written is read back',
    written,
    ({ template, line, endpoint }) => {
      assert.deepEqual(grammarOf(template).read(line), { kind: 'announcement', ...endpoint })
    },
    { runs: 500 },
  ),
  property(
    'a URL that was written is read back',
    fc.tuple(
      literals,
      ports,
      fc.constantFrom('http', 'https'),
      fc.constantFrom('127.0.0.1', 'localhost', '[::1]'),
    ),
    ([before, port, scheme, host]) => {
      const secure = scheme === 'https' ? { secure: true } : {}
      const line = `${before} ${scheme}://${host}:${port}/a?b`
      assert.deepEqual(grammarOf(`${before} {url}`).read(line), {
        kind: 'announcement',
        port,
        host,
        ...secure,
      })
    },
  ),
  property(
    'what is no announcement is none, and what is one is',
    fc.oneof(
      lines,
      ports.map(String),
      fc.nat({ max: 99_999 }).map(port => `BACKEND_PORT:${port}`),
    ),
    line => {
      const isTemplate = portOf(/^BACKEND_PORT:([0-9]+)$/.exec(line)?.[1])
      assert.equal(grammarOf('BACKEND_PORT:{port}').read(line).kind === 'announcement', isTemplate)
      const isInteger = portOf(/^[ \t\r]*([0-9]+)[ \t\r]*$/.exec(line)?.[1])
      assert.equal(grammarOf('integer').read(line).kind === 'announcement', isInteger)
    },
    {
      runs: 500,
      examples: ['BACKEND_PORT:041234', 'BACKEND_PORT:65536', 'BACKEND_PORT:0', 'BACKEND_PORT:1\n'],
    },
  ),
  property(
    'a port in JSON is read back, in whatever object it stands',
    fc.tuple(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 }), ports, fc.boolean()),
    ([object, port, isText]) => {
      const line = JSON.stringify({ ...object, port: isText ? String(port) : port })
      assert.deepEqual(grammarOf({ json: 'port' }).read(line), { kind: 'announcement', port, host: null })
      assert.equal(grammarOf({ json: 'port' }).read(line.slice(0, -1)).kind, 'other')
    },
  ),
  property(
    'every template is compiled, or refused with a reason',
    fc.array(
      fc.oneof(WORDS, fc.constantFrom('{port}', '{host}', '{url}', '{socket}', '{token}', '{x}', '{', '}')),
      {
        maxLength: 8,
      },
    ),
    words => {
      const template = words.join('')
      try {
        grammarOf({ line: template })
      } catch (error) {
        assert.ok(error instanceof GrammarError, `${(error as Error).name}: ${(error as Error).message}`)
      }
    },
    { runs: 500 },
  ),
]

function grammarOf(announce: Announce): Grammar {
  return compileGrammar(toAnnounce(announce))
}

function portOf(digits: string | undefined): boolean {
  return (
    digits !== undefined && String(Number(digits)) === digits && Number(digits) > 0 && Number(digits) < 65_536
  )
}
