/* Contracts that cannot be used, each with what is said of it; and some that look odd and are right. */

type Wrong = readonly (readonly [contract: unknown, problem: string])[]

const PORT_FORMS =
  'port: expected { variable: "PORT" }, { args: ["--port={port}"] }, or false where it cannot be asked for a port'

const ANNOUNCE_FORMS =
  'announce: expected a template such as "BACKEND_PORT:{port}", a RegExp with a group named port, or { line, json, where, after, on, file }'

export const UNKNOWN_KEYS: Wrong = [
  [{ nmae: 'x' }, 'nmae: there is no such key. Did you mean "name"?'],
  [{ anounce: 'x' }, 'anounce: there is no such key. Did you mean "announce"?'],
  [{ BINARY: 'x' }, 'BINARY: there is no such key. Did you mean "binary"?'],
  [
    { xyzzyxyzzy: 1 },
    'xyzzyxyzzy: there is no such key. Known are: $schema, preset, name, app, binary, targets, build, files, libcFloor, macosFloor, args, env, cwd, setup, port, announce, health, net, stop, logs, fleet, resources, budgets, levels, waive.',
  ],
  [
    { build: { entry: 'a', out: 'b' }, binary: 'b' },
    'build.out: there is no such key. Known are: by, entry.',
  ],
  [
    { build: { by: 'go', pakage: '.' }, binary: 'b' },
    'build.pakage: there is no such key. Did you mean "package"?',
  ],
  [
    { build: { by: 'cargo', target: 'x' }, binary: 'b' },
    'build.target: there is no such key. Known are: by, bin, manifest, profile.',
  ],
  [
    { build: { by: 'command', run: ['make', '{output}'], outptu: 'b' }, binary: 'b' },
    'build.outptu: there is no such key. Did you mean "output"?',
  ],
  [
    { build: { by: 'command', run: ['make'], output: 'b', entry: 'a' }, binary: 'b' },
    'build.entry: there is no such key. Known are: by, run, output.',
  ],
  [{ health: { pth: '/' } }, 'health.pth: there is no such key. Did you mean "path"?'],
  [{ stop: { signal: [] } }, 'stop.signal: there is no such key. Did you mean "signals"?'],
  [
    { stop: { accept: { SIGTRM: [0] } } },
    'stop.accept.SIGTRM: there is no such key. Did you mean "SIGTERM"?',
  ],
  [
    { stop: { accept: { quit: [0] } } },
    'stop.accept.quit: there is no such key. Known are: SIGTERM, SIGINT, SIGHUP, requested.',
  ],
  [{ stop: { slowpath: '/x' } }, 'stop.slowpath: there is no such key. Did you mean "slowPath"?'],
  [{ health: { ap: 'x' } }, 'health.ap: there is no such key. Did you mean "app"?'],
  [{ net: { prts: [1] } }, 'net.prts: there is no such key. Did you mean "ports"?'],
  [{ waived: {} }, 'waived: there is no such key. Did you mean "waive"?'],
  [{ level: {} }, 'level: there is no such key. Did you mean "levels"?'],
  [{ resources: { idle: 1 } }, 'resources.idle: there is no such key. Did you mean "idleMs"?'],
  [{ logs: { stderr: [] } }, 'logs.stderr: there is no such key. Known are: stdout.'],
  [{ fleet: { instance: 2 } }, 'fleet.instance: there is no such key. Did you mean "instances"?'],
  [
    { budgets: { readyMS: 2, graceSeconds: 3 } },
    'budgets.readyMS: there is no such key. Did you mean "readyMs"?\nbudgets.graceSeconds: there is no such key. Known are: readyMs, graceMs, soonMs, latencyMs, sizeBytes, memoryBytes, memoryCapBytes, processes, idleCpuPercent.',
  ],
]

export const IMPOSSIBLE_VALUES: Wrong = [
  [5, 'Invalid input: expected object, received number'],
  [null, 'Invalid input: expected object, received null'],
  [() => ({}), 'Invalid input: expected object, received function'],
  [{ name: '' }, 'name: it is empty'],
  [{ name: 5 }, 'name: Invalid input: expected string, received number'],
  [{ binary: '' }, 'binary: it is empty'],
  [{ binary: 'b', build: {} }, 'build.entry: Invalid input: expected string, received undefined'],
  [
    { binary: 'b', build: { by: 'comand', run: ['make'] } },
    'build.by: "comand" is no such builder. Did you mean "command"?',
  ],
  [
    { binary: 'b', build: { by: 'webpack', entry: 'a' } },
    'build.by: "webpack" is no such builder. Known are: pkg, sea, bun, go, cargo, command.',
  ],
  [
    { binary: 'b', build: { by: 'sea', entry: 'a', node: '26' } },
    'build.node: expected the whole version of a Node, such as "26.10.0"',
  ],
  [
    { binary: 'b', build: { by: 5 } },
    'build.by: 5 is no such builder. Known are: pkg, sea, bun, go, cargo, command.',
  ],
  [
    { binary: 'b', build: { by: 'go', package: '-toolexec=x' } },
    'build.package: expected a name, and no option',
  ],
  [{ binary: 'b', build: { by: 'cargo', bin: '' } }, 'build.bin: expected a name, and no option'],
  [{ binary: 'b', build: { by: 'cargo', manifest: '' } }, 'build.manifest: it is empty'],
  [{ binary: 'b', build: 'make' }, 'build: Invalid input: expected object, received string'],
  [
    { binary: 'b', build: { by: 'command', run: 'make', output: 'c' } },
    'build.run: expected a command with its arguments: ["make", "backend"]',
  ],
  [{ binary: 'b', build: { by: 'command', run: [], output: 'c' } }, 'build.run: it names no program'],
  [{ binary: 'b', build: { by: 'command', run: [''], output: 'c' } }, 'build.run.0: it is empty'],
  [
    { binary: 'b', build: { by: 'command', run: ['make'] } },
    'build: it says not where the binary lands: name the file in output, or write {output} in run',
  ],
  [
    { binary: 'b', build: { by: 'command', run: ['make', '{output}'], output: 'c' } },
    'build: it has both output and {output} in run: the binary is written to one place',
  ],
  [
    { build: { entry: 'a' } },
    'build: it needs `binary` beside it: the path, without target triple, where the build lands',
  ],
  [{ args: '--serve' }, 'args: Invalid input: expected array, received string'],
  [{ args: ['a\0b'] }, 'args.0: it holds a NUL, which no program can be given'],
  [{ args: ['--port', 1] }, 'args.1: Invalid input: expected string, received number'],
  [{ env: { PORT: 1 } }, 'env.PORT: Invalid input: expected string, received number'],
  [
    { announce: 5 },
    'announce: expected a template such as "BACKEND_PORT:{port}", a RegExp with a group named port, or { line, json, where, after, on, file }',
  ],
  [{ announce: '' }, 'announce: "" has no {port}, {url} or {socket}, so nothing could be read from it'],
  [
    { announce: 'PORT:{prot}' },
    'announce: {prot} is no placeholder; a template may hold {port}, {host}, {url}, {socket} and {token}',
  ],
  [
    { announce: /PORT:(\d+)/ },
    'announce: /PORT:(\\d+)/ has no group named port, url or socket: write (?<port>\\d+)',
  ],
  [
    { health: { path: '/a b' } },
    'health.path: expected a path that begins with "/" and holds no spaces (write %20)',
  ],
  [
    { stop: { signals: ['SIGINT'], accept: { SIGTERM: [1] } } },
    'stop.accept.SIGTERM: SIGTERM is not among stop.signals, so it is never sent',
  ],
  [
    { health: { path: 'health' } },
    'health.path: expected a path that begins with "/" and holds no spaces (write %20)',
  ],
  [{ health: { status: 99 } }, 'health.status: Too small: expected number to be >=100'],
  [{ health: { status: 600 } }, 'health.status: Too big: expected number to be <=599'],
  [{ health: { status: '200' } }, 'health.status: Invalid input: expected number, received string'],
  [
    { health: { schema: {} } },
    'health.schema: expected a Standard Schema validator (zod, valibot, arktype, …), or false where the body may be anything',
  ],
  [{ stop: { signals: 'SIGTERM' } }, 'stop.signals: Invalid input: expected array, received string'],
  [
    { stop: { signals: [] } },
    'stop.signals: it names no signal, and there is no other way of stopping in `requests`',
  ],
  [{ stop: { signals: ['SIGINT', 'SIGINT'] } }, 'stop.signals: it names a signal twice'],
  [{ stop: { signals: ['SIGTRM'] } }, 'stop.signals.0: "SIGTRM" is no such signal. Did you mean "SIGTERM"?'],
  [
    { stop: { signals: ['SIGINT', 'SIGKILL'] } },
    'stop.signals.1: "SIGKILL" is no such signal. Known are: SIGTERM, SIGINT.',
  ],
  [{ stop: { signals: [15] } }, 'stop.signals.0: 15 is no such signal. Known are: SIGTERM, SIGINT.'],
  [
    { stop: { accept: { SIGTERM: 0 } } },
    'stop.accept.SIGTERM: Invalid input: expected array, received number',
  ],
  [{ stop: { accept: { SIGTERM: [] } } }, 'stop.accept.SIGTERM: it allows no end at all'],
  [{ stop: { accept: { SIGINT: [256] } } }, 'stop.accept.SIGINT.0: Too big: expected number to be <=255'],
  [{ stop: { accept: { SIGINT: [-2] } } }, 'stop.accept.SIGINT.0: Too small: expected number to be >=0'],
  [
    { stop: { accept: { SIGINT: [0, 'SIGINTT'] } } },
    'stop.accept.SIGINT.1: "SIGINTT" is no signal to die of. Did you mean "SIGINT"?',
  ],
  [
    { stop: { accept: { SIGINT: [true] } } },
    'stop.accept.SIGINT.0: expected an exit code from 0 to 255, or the name of a signal that it may die of',
  ],
  [
    { logs: { stdout: ['^INFO'] } },
    'logs.stdout.0: expected a RegExp, or, as JSON has to write it, { "source": "^ready" }',
  ],
  [{ fleet: { instances: 1 } }, 'fleet.instances: Too small: expected number to be >=2'],
  [{ fleet: { instances: 501 } }, 'fleet.instances: Too big: expected number to be <=500'],
  [{ fleet: { instances: 2.5 } }, 'fleet.instances: Invalid input: expected int, received number'],
  [{ app: 'tuari' }, 'app: "tuari" is no such app. Did you mean "tauri"?'],
  [
    { files: ['/etc/notes'] },
    "files.0: expected a path beside the binary, relative to the binary's directory",
  ],
  [
    { files: ['a/../../x'] },
    "files.0: expected a path beside the binary, relative to the binary's directory",
  ],
  [
    { targets: ['aarch64-aple-darwin'], binary: 'b' },
    'targets.0: "aarch64-aple-darwin" is no such target triple. Did you mean "aarch64-apple-darwin"?',
  ],
  [{ targets: [], binary: 'b' }, 'targets: it names no target'],
  [
    { targets: ['x86_64-apple-darwin'] },
    'targets: it needs `binary` beside it: the path, without target triple',
  ],
  [
    { app: 'electron', targets: ['x86_64-apple-darwin'], binary: 'b' },
    'targets: names of files for each target are a convention of Tauri, and app is "electron"',
  ],
  [{ macosFloor: 'macOS 11' }, 'macosFloor: expected a version of macOS, such as "11.0"'],
  [{ libcFloor: '2.31' }, 'libcFloor: expected a C library and its version, such as "glibc 2.31"'],
  [{ port: 8080 }, PORT_FORMS],
  [{ port: true }, PORT_FORMS],
  [{ port: { varable: 'PORT' } }, 'port.varable: there is no such key. Did you mean "variable"?'],
  [{ port: { variable: 'PORT', args: ['{port}'] } }, PORT_FORMS],
  [{ port: { variable: '1ST' } }, 'port.variable: expected the name of a variable, such as PORT'],
  [{ port: { args: ['--port'] } }, 'port.args: none of them holds {port}'],
  [{ port: { args: [] } }, 'port.args: none of them holds {port}'],
  [{ health: { app: '' } }, 'health.app: it is empty'],
  [
    { health: { timestamp: true } },
    'health.timestamp: expected the name of a key of the body, or false where there is none',
  ],
  [{ health: { burst: 0 } }, 'health.burst: Too small: expected number to be >=1'],
  [{ net: { ports: [65_536] } }, 'net.ports.0: Too big: expected number to be <=65535'],
  [{ net: { ports: [-1] } }, 'net.ports.0: Too small: expected number to be >=0'],
  [{ net: { origins: ['localhost'] } }, 'net.origins.0: expected an origin, such as "tauri://localhost"'],
  [
    { net: { origins: ['tauri://localhost/'] } },
    'net.origins.0: expected an origin, such as "tauri://localhost"',
  ],
  [
    { stop: { requests: [{ htp: 'POST /quit' }] } },
    'stop.requests.0.htp: there is no such key. Did you mean "http"?',
  ],
  [
    { stop: { requests: [{ stdin: 'open' }] } },
    'stop.requests.0.stdin: expected "closed": there is nothing else to be done to it',
  ],
  [
    { stop: { requests: ['quit'] } },
    'stop.requests.0: expected { http: "POST /shutdown" }, { line: "quit" } or { stdin: "closed" }',
  ],
  [
    { stop: { requests: [{ http: '/quit' }] } },
    'stop.requests.0.http: expected a method and a path that begins with "/", such as "POST /shutdown"',
  ],
  [
    { stop: { requests: [{ line: 'quit\n' }] } },
    'stop.requests.0.line: expected one line, without its newline',
  ],
  [
    { stop: { slowPath: 'export' } },
    'stop.slowPath: expected a path that begins with "/" and holds no spaces (write %20)',
  ],
  [{ fleet: { restarts: 1 } }, 'fleet.restarts: Too small: expected number to be >=2'],
  [{ resources: { idleMs: 100 } }, 'resources.idleMs: Too small: expected number to be >=200'],
  [{ budgets: { idleCpuPercent: 0 } }, 'budgets.idleCpuPercent: Too small: expected number to be >0'],
  [{ budgets: { readyMs: 0 } }, 'budgets.readyMs: Too small: expected number to be >=1'],
  [{ budgets: { graceMs: 3_600_001 } }, 'budgets.graceMs: Too big: expected number to be <=3600000'],
  [{ budgets: { graceMs: '10s' } }, 'budgets.graceMs: Invalid input: expected number, received string'],
  [{ budgets: { readyMs: Number.NaN } }, 'budgets.readyMs: Invalid input: expected number, received NaN'],
]

export const WRONG_ALTERNATIVES: Wrong = [
  [{ $schema: 1 }, '$schema: Invalid input: expected string, received number'],
  [{ preset: 'tuari' }, 'preset: "tuari" is no such preset. Did you mean "tauri"?'],
  [{ cwd: 5 }, 'cwd: Invalid input: expected string, received number'],
  [{ cwd: 'a\0' }, 'cwd: it holds a NUL, which no program can be given'],
  [{ env: { 'A\0': 'x' } }, 'env.A\0: it holds a NUL, which no program can be given'],
  [{ setup: 5 }, 'setup: expected a function, or a command with its arguments: ["node", "prepare.mjs"]'],
  [{ setup: [] }, 'setup: it names no program'],
  [{ setup: ['node', 5] }, 'setup.1: Invalid input: expected string, received number'],
  [{ port: {} }, PORT_FORMS],
  [
    { port: { variable: 'PORT', unaskd: 'zero' } },
    'port.unaskd: there is no such key. Did you mean "unasked"?',
  ],
  [
    { port: { variable: 'PORT', unasked: 'zer' } },
    'port.unasked: "zer" is no such way of asking for no certain port. Did you mean "zero"?',
  ],
  [
    { port: { args: ['{port}'], unasked: true } },
    'port.unasked: true is no such way of asking for no certain port. Known are: nothing, zero, chosen.',
  ],
  [
    { port: { unasked: 'zer' } },
    'port.unasked: "zer" is no such way of asking for no certain port. Did you mean "zero"?',
  ],
  [
    { port: { unasked: 'zero' } },
    'port: {port} stands nowhere in args, env or setup: name a variable, or arguments',
  ],
  [
    { port: { variable: 'PORT' }, args: ['--port={port}'] },
    'port: {port} stands in args or env already: it is asked for a port in one way',
  ],
  [
    { port: false, env: { PORT: '{port}' } },
    'port: {port} stands in args or env already: it is asked for a port in one way',
  ],
  [{ announce: {}, file: 'x' }, 'file: there is no such key. Did you mean "files"?'],
  [{ announce: [] }, ANNOUNCE_FORMS],
  [{ announce: { lnie: 'x' } }, 'announce.lnie: there is no such key. Did you mean "line"?'],
  [{ announce: { sorce: 'x' } }, 'announce.sorce: there is no such key. Did you mean "source"?'],
  [
    { announce: { source: '(?<port>.)', flag: 'i' } },
    'announce.flag: there is no such key. Did you mean "flags"?',
  ],
  [
    { announce: { source: '(' } },
    'announce: it is no RegExp: Invalid regular expression: /(/: Unterminated group',
  ],
  [
    { announce: { source: '(?<port>.)', flags: 'q' } },
    "announce: it is no RegExp: Invalid flags supplied to RegExp constructor 'q'; flags are dgimsuvy",
  ],
  [
    { announce: { source: 'x' } },
    'announce: /x/ has no group named port, url or socket: write (?<port>\\d+)',
  ],
  [
    { announce: { line: { source: '(' } } },
    'announce.line: it is no RegExp: Invalid regular expression: /(/: Unterminated group',
  ],
  [
    { announce: { line: 5 } },
    'announce.line: expected a template such as "BACKEND_PORT:{port}", or a RegExp with a group named port',
  ],
  [
    { announce: 'urls' },
    'announce: "urls" has no {port}, {url} or {socket}, so nothing could be read from it. Did you mean "url"?',
  ],
  [
    { announce: 'go-plugn' },
    'announce: "go-plugn" has no {port}, {url} or {socket}, so nothing could be read from it. Did you mean "go-plugin"?',
  ],
  [{ announce: { line: 'listener' } }, 'announce.line: "listener" reads no line: write announce: "listener"'],
  [
    { announce: { line: 'url', json: 'port' } },
    'announce: it has both line and json: a port is announced in one way',
  ],
  [
    { announce: { on: 'stderr', file: '{tmp}/port' } },
    'announce: it has both on and file: a port is announced in one place',
  ],
  [{ announce: { line: '{port}', after: 'x' } }, 'announce.after: it belongs to json, or to line: "url"'],
  [{ announce: { where: { type: 'ready' } } }, 'announce.where: it belongs to json'],
  [
    { announce: { json: 'port', where: { type: null } } },
    'announce.where.type: expected a text, a number, true or false',
  ],
  [
    { announce: { on: 'stdot' } },
    'announce.on: expected "stdout", "stderr", or the number of a descriptor from 3 to 32',
  ],
  [{ announce: { on: 2 } }, 'announce.on: Too small: expected number to be >=3'],
  [{ announce: { file: '' } }, 'announce.file: it is empty'],
  [
    { announce: { file: 'run/port' } },
    'announce.file: expected a path that begins with {tmp}, {home} or {here}, or an absolute one',
  ],
  [{ announce: { file: '{tmp}/*/port' } }, 'announce.file: expected one * at most, in the name of the file'],
  [
    { announce: { json: 5 } },
    'announce.json: expected the path of the field with the port, or { port: "data.port", token: "token" }',
  ],
  [
    { announce: { json: 'a b' } },
    'announce.json: expected the path of a field, such as "port" or "data.port"',
  ],
  [{ announce: { json: { prt: 'a' } } }, 'announce.json.prt: there is no such key. Did you mean "port"?'],
  [
    { announce: { json: { port: '' } } },
    'announce.json.port: expected the path of a field, such as "port" or "data.port"',
  ],
  [
    { announce: { json: { token: 'token' } } },
    'announce: it names no port, url or socket, so nothing could be read from it',
  ],
  [
    { health: 'tpc' },
    'health: expected { path: "/health", … }, "tcp" where it only accepts connections, or false where it cannot be asked',
  ],
  [{ health: { protocol: 'htp' } }, 'health.protocol: "htp" is no such protocol. Did you mean "http"?'],
  [{ health: { header: {} } }, 'health.header: there is no such key. Did you mean "headers"?'],
  [{ health: { headers: { 'a b': 'x' } } }, 'health.headers.a b: that is no name of a header'],
  [{ health: { headers: { a: 'é' } } }, 'health.headers.a: a header holds printable ASCII alone'],
  [
    { health: { headers: { authorization: 'Bearer {token}' } } },
    'health.headers.authorization: {token} stands in it, and the announcement holds no token',
  ],
  [
    { health: { headers: { a: '{token}' } }, announce: { json: 'port' } },
    'health.headers.a: {token} stands in it, and the announcement holds no token',
  ],
  [
    { logs: { stdout: [{ source: 'x', flags: 'q' }] } },
    "logs.stdout.0: it is no RegExp: Invalid flags supplied to RegExp constructor 'q'; flags are dgimsuvy",
  ],
  [
    { logs: { stdout: [{ source: 'x', flag: '' }] } },
    'logs.stdout.0.flag: there is no such key. Did you mean "flags"?',
  ],
  [{ stop: { window: {} } }, 'stop.window: there is no such key. Did you mean "windows"?'],
  [
    { stop: { windows: { signal: [] } } },
    'stop.windows.signal: there is no such key. Did you mean "signals"?',
  ],
  [
    { stop: { macos: { windows: {} } } },
    'stop.macos.windows: there is no such key. Known are: signals, requests, accept, slowPath.',
  ],
  [
    { stop: { linux: { accept: { SIGTRM: [0] } } } },
    'stop.linux.accept.SIGTRM: there is no such key. Did you mean "SIGTERM"?',
  ],
]

export const RIGHT: readonly unknown[] = [
  { announce: 'P {port} {token}', health: { headers: { authorization: 'Bearer {token}' } } },
  { announce: { json: { port: 'port', token: 'key' } }, health: { headers: { a: '{token}' } } },
  { announce: /(?<port>\d+) (?<token>\w+)/, health: { headers: { a: '{token}' } } },
  { args: ['--port={port}'], port: { unasked: 'chosen' } },
  { setup: ['node', 'prepare.mjs', '{port}'], port: { unasked: 'chosen' } },
  { setup: async () => {}, port: { unasked: 'zero' } },
  { setup: ['node', 'prepare.mjs'] },
  { setup: async () => {} },
  { health: 'tcp' },
  { health: false },
  { health: { schema: false } },
  { binary: 'b', build: { by: 'pkg', entry: 'main.ts' } },
  { binary: 'b', build: { by: 'sea', entry: 'main.ts' } },
  { binary: 'b', build: { by: 'sea', entry: 'main.ts', node: '26.10.0' } },
  { binary: 'b', build: { by: 'bun', entry: 'main.ts' } },
  { binary: 'b', build: { by: 'go' } },
  { binary: 'b', build: { by: 'go', package: './cmd/backend' } },
  { binary: 'b', build: { by: 'cargo' } },
  { binary: 'b', build: { by: 'cargo', bin: 'b', manifest: 'b/Cargo.toml', profile: 'dist' } },
  { binary: 'b', build: { by: 'command', run: ['make', 'backend-{triple}'], output: 'out/backend' } },
  { binary: 'b', build: { by: 'command', run: ['cc', '-o', '{output}', 'main.c'] } },
]
