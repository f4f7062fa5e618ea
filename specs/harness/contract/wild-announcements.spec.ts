import { expect, test } from 'vitest'
import { compileGrammar, type Reading } from '../../../harness/contract/announcement.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'

type Announce = NonNullable<ContractInput['announce']>
type Seen = Omit<Extract<Reading, { kind: 'announcement' }>, 'kind'>

const at = (port: number, host: string | null = null): Seen => ({ port, host })
const LOOPBACK = '127.0.0.1'

/** How programs in the wild announce themselves, each with the contract that reads it: all lines, and what is read of them. */
const ROWS: readonly [string, Announce, readonly string[], Seen][] = [
  ['Stingray Explorer', 'BACKEND_PORT:{port}', ['BACKEND_PORT:8765'], at(8765)],
  ['an equals sign', 'BACKEND_PORT={port}', ['BACKEND_PORT=8765'], at(8765)],
  ['the most frequent one', 'SIDECAR_PORT={port}', ['SIDECAR_PORT=3001'], at(3001)],
  ['a state and a port', 'SIDECAR_READY:{port}', ['SIDECAR_READY:3001'], at(3001)],
  ['two keys', 'SIDECAR_PORT={port}', ['SIDECAR_DB=/path', 'SIDECAR_PORT=3001'], at(3001)],
  ['PulumiCost', 'PORT={port}', ['PORT=12345'], at(12_345)],
  ['a Go plugin host', 'Port: {port}', ['Port: 12345'], at(12_345)],
  ['a word and a port', 'READY {port}', ['READY 12345'], at(12_345)],
  ['a word, a key and a port', 'READY port={port}', ['READY port=12345'], at(12_345)],
  ['a word and an address', 'READY {host}:{port}', ['READY 127.0.0.1:123'], at(123, LOOPBACK)],
  ['a word and a URL', 'BACKEND_READY {url}', ['BACKEND_READY http://127.0.0.1:123'], at(123, LOOPBACK)],
  ['a key and a port', 'SERVER_LISTENING port={port}', ['SERVER_LISTENING port=123'], at(123)],
  ['a colon', 'LISTENING:{port}', ['LISTENING:123'], at(123)],
  [
    'an address among others',
    /^LISTENING (?<host>\S+):(?<port>\d+)/,
    ['LISTENING 127.0.0.1:123 …'],
    at(123, LOOPBACK),
  ],
  ['a key and a URL', 'listening url={url}', ['listening url=http://localhost:123'], at(123, 'localhost')],
  [
    'a key in the middle',
    /listening=(?<host>[\d.]+):(?<port>\d+)/,
    ['pid=7 listening=127.0.0.1:123 ok'],
    at(123, LOOPBACK),
  ],
  ['the words of many', 'listening on {url}', ['listening on http://127.0.0.1:123'], at(123, LOOPBACK)],
  [
    'an object',
    { json: 'port', where: { type: 'ready' } },
    ['{"type":"log","port":1}', '{"type":"ready","port":43127}'],
    at(43_127),
  ],
  [
    'an object with a token',
    { json: { port: 'port', token: 'token' } },
    ['{"type":"ready","port":43127,"token":"s3cret"}'],
    { ...at(43_127), token: 's3cret' },
  ],
  [
    'workerd',
    { json: 'port', where: { event: 'listen' }, on: 3 },
    ['{"event":"listen","socket":"http","port":39731}'],
    at(39_731),
  ],
  ['pulumi', 'integer', ['12345'], at(12_345)],
  [
    'go-plugin on a socket',
    'go-plugin',
    ['1|3|unix|/path/to/socket|grpc'],
    { port: null, host: null, socket: '/path/to/socket' },
  ],
  ['go-plugin on TCP', 'go-plugin', ['1|1|tcp|127.0.0.1:1234|grpc'], at(1234, LOOPBACK)],
  [
    'go-plugin with its certificate',
    'go-plugin',
    ['1|1|tcp|127.0.0.1:1234|grpc|MIIC+/x='],
    at(1234, LOOPBACK),
  ],
  [
    'dagger',
    { json: { port: 'port', token: 'session_token' } },
    ['Connected to engine', '{"port":4000,"session_token":"abc"}'],
    { ...at(4000), token: 'abc' },
  ],
  [
    'chromium',
    { line: 'url', after: 'DevTools listening on', on: 'stderr' },
    ['DevTools listening on ws://127.0.0.1:34097/devtools/browser/5f-1'],
    at(34_097, LOOPBACK),
  ],
  [
    'chromium, in a file',
    { file: '{tmp}/DevToolsActivePort' },
    ['34097', '/devtools/browser/5f-1'],
    at(34_097),
  ],
  [
    'node --inspect',
    { line: 'url', after: 'Debugger listening on', on: 'stderr' },
    [
      'Debugger listening on ws://127.0.0.1:43183/0f1d',
      'For help, see: https://nodejs.org/en/docs/inspector',
    ],
    at(43_183, LOOPBACK),
  ],
  [
    'VS Code',
    'Extension host agent listening on {port}',
    ['Server bound to 127.0.0.1:40833 (IPv4)', 'Extension host agent listening on 40833'],
    at(40_833),
  ],
  [
    'VS Code, with its token',
    'Web UI available at {url}?tkn={token}',
    ['Web UI available at http://localhost:3000?tkn=a-b-c'],
    { ...at(3000, 'localhost'), token: 'a-b-c' },
  ],
  [
    'opencode',
    'opencode server listening on {url}',
    ['opencode server listening on http://127.0.0.1:4096'],
    at(4096, LOOPBACK),
  ],
  [
    'codex',
    { line: 'url', after: 'listening on:', on: 'stderr' },
    [
      '  readyz: http://127.0.0.1:7/readyz',
      '\u001B[1m  listening on: ws://127.0.0.1:4500\u001B[0m',
      '  healthz: http://127.0.0.1:8/healthz',
    ],
    at(4500, LOOPBACK),
  ],
  [
    'esbuild',
    { line: 'url', after: 'Local:', on: 'stderr' },
    ['', ' > Local: http://127.0.0.1:34715/'],
    at(34_715, LOOPBACK),
  ],
  [
    'deno',
    { line: 'deno serve: Listening on {url}', on: 'stderr' },
    ['deno serve: Listening on http://127.0.0.1:42625/'],
    at(42_625, LOOPBACK),
  ],
  [
    'serve',
    { line: 'url' },
    [' INFO  Accepting connections at http://127.0.0.1:45863'],
    at(45_863, LOOPBACK),
  ],
  ['playwright', 'Listening on {url}', ['Listening on ws://127.0.0.1:39927/'], at(39_927, LOOPBACK)],
  [
    'delve',
    'DAP server listening at: {host}:{port}',
    ['DAP server listening at: 127.0.0.1:45159'],
    at(45_159, LOOPBACK),
  ],
  [
    'chromedriver',
    'ChromeDriver was started successfully on port {port}.',
    ['Starting ChromeDriver 128.0.1 (1f2) on port 0', 'ChromeDriver was started successfully on port 41171.'],
    at(41_171),
  ],
  [
    'caddy respond',
    'Server address: {host}:{port}',
    ['Server address: 127.0.0.1:34721'],
    at(34_721, LOOPBACK),
  ],
  [
    "caddy's log",
    { json: 'actual_address', on: 'stderr' },
    [
      '{"level":"info","msg":"using config","port":2019}',
      '{"msg":"port 0 listener","input_address":"127.0.0.1:0","actual_address":"127.0.0.1:34721"}',
    ],
    at(34_721, LOOPBACK),
  ],
  [
    'PGLite',
    { json: { port: 'port', host: 'host' }, after: 'PGLiteSocketServer listening on' },
    ['PGLiteSocketServer listening on {"port":39563,"host":"127.0.0.1"}'],
    at(39_563, LOOPBACK),
  ],
  [
    'prometheus',
    { line: /msg="Listening on" address=(?<host>\S+):(?<port>\d+)/, on: 'stderr' },
    ['time=2026-01-01T00:00:00Z level=INFO msg="Listening on" address=127.0.0.1:42375'],
    at(42_375, LOOPBACK),
  ],
  [
    "Python's http.server",
    'url',
    ['Serving HTTP on 127.0.0.1 port 40683 (http://127.0.0.1:40683/) ...'],
    at(40_683, LOOPBACK),
  ],
  [
    "Python's http.server, on every address",
    'url',
    ['Serving HTTP on :: port 8000 (http://[::]:8000/) ...'],
    at(8000, '[::]'),
  ],
  [
    'jwebserver',
    'URL {url}',
    [
      'Binding to loopback by default.',
      'Serving /tmp and subdirectories on 127.0.0.1 port 44953',
      'URL http://127.0.0.1:44953/',
    ],
    at(44_953, LOOPBACK),
  ],
  [
    'rclone',
    { line: 'url', after: 'Serving remote control on', on: 'stderr' },
    ['2026/01/01 00:00:00 NOTICE: Serving remote control on http://127.0.0.1:34513/'],
    at(34_513, LOOPBACK),
  ],
  [
    'nats',
    { line: /Listening for client connections on (?<host>\S+):(?<port>\d+)$/, on: 'stderr' },
    [
      '[7] [INF] Starting http monitor on 127.0.0.1:38222',
      '[7] [INF] Listening for client connections on 127.0.0.1:43397',
    ],
    at(43_397, LOOPBACK),
  ],
  [
    'nats, in a file',
    { json: { url: 'nats.0' }, file: '{tmp}/ports' },
    ['{"nats":["nats://127.0.0.1:43397"],"monitoring":["http://127.0.0.1:38222"]}'],
    at(43_397, LOOPBACK),
  ],
  [
    'azurite',
    { line: 'url', after: 'Azurite Blob service' },
    [
      'Azurite Blob service successfully listens on http://127.0.0.1:44423',
      'Azurite Queue service successfully listens on http://127.0.0.1:44424',
    ],
    at(44_423, LOOPBACK),
  ],
  ['prism', 'url', ['Prism is listening on http://127.0.0.1:36231'], at(36_231, LOOPBACK)],
  [
    'uvicorn',
    { line: 'url', after: 'Uvicorn running on', on: 'stderr' },
    [
      'INFO:     Started server process [7]',
      'INFO:     Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)',
    ],
    at(8000, LOOPBACK),
  ],
  [
    'ASP.NET',
    { line: 'url', after: 'Now listening on:' },
    ['info: Microsoft.Hosting.Lifetime[14]', '      Now listening on: https://localhost:5001'],
    { ...at(5001, 'localhost'), secure: true },
  ],
  ['an express app', 'listening on port {port}', ['listening on port 3000'], at(3000)],
  [
    'the Dart VM',
    /listening on (?<url>http:\S+)$/,
    ['The Dart VM service is listening on http://127.0.0.1:8123/AUTH=/'],
    at(8123, LOOPBACK),
  ],
  [
    'quarto, in a file',
    { json: { port: 'port', token: 'key' }, file: '{home}/transport' },
    ['{"port":8000,"pid":7,"key":"k-1"}'],
    { ...at(8000), token: 'k-1' },
  ],
]

test.each(ROWS)('%s is read', (_who, announce, lines, seen) => {
  // As a contract has it: validated, and kept as data.
  const { contract } = resolveContract({ announce }, { file: null, directory: '/' })
  const read = compileGrammar(JSON.parse(JSON.stringify(contract.announce))).begin()
  const announcements = lines.map(read).filter(({ kind }) => kind === 'announcement')
  expect(announcements).toEqual([{ kind: 'announcement', ...seen }])
})

test.each<[string, Announce, readonly string[], string]>([
  [
    'mountebank',
    'url',
    ['taking orders - point your browser to http://127.0.0.1:0/'],
    'port 0 is what one asks the system for, never what one gets',
  ],
  [
    'mockoon',
    { json: 'port' },
    ['{"message":"Server started on port 0","port":0}'],
    'port 0 is what one asks the system for, never what one gets',
  ],
  [
    'a port that is beyond all',
    'listening on {url}',
    ['listening on http://127.0.0.1:70000/'],
    '70000 is beyond the last port, 65535',
  ],
  [
    'a variable that was not there',
    { json: 'data.port' },
    ['{"data":{"port":null}}'],
    '"null" is no decimal port number',
  ],
  ['half a port', { json: 'port' }, ['{"port":3000.5}'], '"3000.5" is no decimal port number'],
  [
    'a port in a sentence',
    { json: 'port' },
    ['{"port":"port 3000"}'],
    '"port 3000" is no decimal port number',
  ],
  [
    'an object behind a byte order mark',
    { json: 'port' },
    ['\uFEFF{"port":3000}'],
    'a byte order mark before it',
  ],
  [
    'an object in colour',
    { json: 'port' },
    ['\u001B[32m{"port":3000}\u001B[0m'],
    'terminal escape codes in it',
  ],
  [
    'a URL where it is not to be',
    'READY {url}',
    ['ready http://127.0.0.1:80'],
    'it is not written as READY {url}',
  ],
  [
    'an address where a URL is to be',
    'READY {url}',
    ['READY 127.0.0.1:3000'],
    'it is not written as READY {url}',
  ],
  ['what is no URL', 'READY {url}', ['READY http://[::1/?token=s3cret'], '"http://[::1/" is no URL'],
  [
    'a socket behind another word',
    'socket={socket}',
    ['SOCKET: /tmp/a.sock'],
    'it is not written as socket={socket}',
  ],
  [
    'a first line of another kind',
    'go-plugin',
    ['starting …'],
    "the first line has to be go-plugin's, such as CORE|APP|tcp|HOST:PORT|grpc",
  ],
  ['a plugin without a port', 'go-plugin', ['1|1|tcp|127.0.0.1:|grpc'], '"" is no decimal port number'],
  [
    'a plugin on another network',
    'go-plugin',
    ['1|1|udp|127.0.0.1:53|grpc'],
    "the first line has to be go-plugin's, such as CORE|APP|tcp|HOST:PORT|grpc",
  ],
  [
    'a first line that is no port',
    'integer',
    ['Listening on 12345'],
    'the first line has to be the port alone; "Listening on 12345" is no decimal port number',
  ],
  [
    'an empty first line',
    'integer',
    ['', '12345'],
    'the first line has to be the port alone; "" is no decimal port number',
  ],
  ['a first line with a title sequence', 'integer', ['\u001B]0;x\u000712345'], 'terminal escape codes in it'],
])('%s is nearly read, and why not is said', (_what, announce, lines, why) => {
  const { contract } = resolveContract({ announce }, { file: null, directory: '/' })
  const read = compileGrammar(contract.announce).begin()
  expect(lines.map(read).filter(({ kind }) => kind !== 'other')).toEqual([{ kind: 'near-miss', why }])
})

test.each<[string, Announce, string]>([
  ['a link to the manual', 'url', 'Docs: https://vite.dev/guide and https://example.com:443/x'],
  ['an address of another machine', 'url', 'proxying to http://db.internal:5432'],
  ['a port that goes on in letters', 'url', 'http://127.0.0.1:80abc'],
  ['a URL without its port', 'url', 'see http://localhost/'],
  ['a URL before the text', { line: 'url', after: 'Local:' }, 'http://127.0.0.1:80 Local:'],
  ['words that a template has, without an address', 'READY {url}', 'getting ready to serve'],
  ['words that a template has, without a path', 'listening {socket}', 'listening soon'],
  ['another object', { json: 'port' }, '{"level":"info","msg":"hello"}'],
  ['an object without the mark', { json: 'port', where: { type: 'ready' } }, '{"type":"log","port":3000}'],
  ['an object with the mark as text', { json: 'port', where: { ok: true } }, '{"ok":"true","port":3000}'],
  ['half an object', { json: 'port' }, '{"port":3000'],
  ['a list', { json: 'port' }, '[{"port":3000}]'],
  ['an object behind another text', { json: 'port', after: 'ready' }, 'started {"port":3000}'],
  ['what an object inherits', { json: '__proto__' }, '{"a":1}'],
  ['anything, where the kernel tells', 'listener', 'BACKEND_PORT:3000'],
])('%s is no announcement', (_what, announce, line) => {
  const { contract } = resolveContract({ announce }, { file: null, directory: '/' })
  expect(compileGrammar(contract.announce).read(line)).toEqual({ kind: 'other' })
})
