import { describe, expect, test } from 'vitest'
import { ContractError } from '../../../harness/contract/errors.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'

/** What is said of a contract, the line with its file left out. */
function problemsOf(input: unknown): string {
  try {
    resolveContract(input, { file: '/app/sidecar.config.ts', directory: '/app' })
  } catch (error) {
    if (!(error instanceof ContractError)) throw error
    const [heading, ...lines] = error.message.split('\n')
    expect(heading).toBe('/app/sidecar.config.ts cannot be used:')
    return lines.map(line => line.replace(/^ {2}/, '')).join('\n')
  }
  return ''
}

const PORT_FORMS =
  'port: expected { variable: "PORT" }, { args: ["--port={port}"] }, or false where it cannot be asked for a port'

describe('a key that does not exist', () => {
  test.each([
    [{ nmae: 'x' }, 'nmae: there is no such key. Did you mean "name"?'],
    [{ anounce: 'x' }, 'anounce: there is no such key. Did you mean "announce"?'],
    [{ BINARY: 'x' }, 'BINARY: there is no such key. Did you mean "binary"?'],
    [
      { xyzzyxyzzy: 1 },
      'xyzzyxyzzy: there is no such key. Known are: name, app, binary, build, files, libcFloor, args, env, port, announce, health, net, stop, logs, fleet, resources, budgets, levels, waive.',
    ],
    [{ build: { entry: 'a', out: 'b' }, binary: 'b' }, 'build.out: there is no such key. Known are: entry.'],
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
      'budgets.readyMS: there is no such key. Did you mean "readyMs"?\nbudgets.graceSeconds: there is no such key. Known are: readyMs, graceMs, soonMs, latencyMs, sizeBytes, memoryBytes, processes, idleCpuPercent.',
    ],
  ])('in %j is named with its place and the nearest word', (input, message) => {
    expect(problemsOf(input)).toBe(message)
  })
})

describe('a value that cannot be', () => {
  test.each([
    [5, 'Invalid input: expected object, received number'],
    [null, 'Invalid input: expected object, received null'],
    [() => ({}), 'Invalid input: expected object, received function'],
    [{ name: '' }, 'name: it is empty'],
    [{ name: 5 }, 'name: Invalid input: expected string, received number'],
    [{ binary: '' }, 'binary: it is empty'],
    [{ binary: 'b', build: {} }, 'build.entry: Invalid input: expected string, received undefined'],
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
      'announce: expected a template such as "BACKEND_PORT:{port}", or a RegExp with a group named port',
    ],
    [{ announce: '' }, 'announce: "" has no {port}, so no port could be read from it'],
    [
      { announce: 'PORT:{prot}' },
      'announce: {prot} is no placeholder; a template may hold {port} and {host}',
    ],
    [{ announce: /PORT:(\d+)/ }, 'announce: /PORT:(\\d+)/ has no group named port: write (?<port>\\d+)'],
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
      'health.schema: expected a Standard Schema validator (zod, valibot, arktype, …)',
    ],
    [{ stop: { signals: 'SIGTERM' } }, 'stop.signals: Invalid input: expected array, received string'],
    [{ stop: { signals: [] } }, 'stop.signals: it names no signal'],
    [{ stop: { signals: ['SIGINT', 'SIGINT'] } }, 'stop.signals: it names a signal twice'],
    [
      { stop: { signals: ['SIGTRM'] } },
      'stop.signals.0: "SIGTRM" is no such signal. Did you mean "SIGTERM"?',
    ],
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
      'stop.accept.SIGINT.1: there is no signal "SIGINTT". Did you mean "SIGINT"?',
    ],
    [
      { stop: { accept: { SIGINT: [true] } } },
      'stop.accept.SIGINT.0: expected an exit code from 0 to 255, or the name of a signal that it may die of',
    ],
    [
      { logs: { stdout: ['^INFO'] } },
      'logs.stdout.0: expected a RegExp; JSON cannot hold one, so write the contract as .ts or .js',
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
    [{ libcFloor: '2.31' }, 'libcFloor: expected a C library and its version, such as "glibc 2.31"'],
    [{ port: 8080 }, PORT_FORMS],
    [{ port: true }, PORT_FORMS],
    [{ port: { varable: 'PORT' } }, PORT_FORMS],
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
      'stop.requests.0: expected { http: "POST /shutdown" }, { line: "quit" } or { stdin: "closed" }',
    ],
    [
      { stop: { requests: [{ stdin: 'open' }] } },
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
  ])('in %j is named with its place', (input, message) => {
    expect(problemsOf(input)).toBe(message)
  })
})

describe('several problems', () => {
  test('are said at once', () => {
    const input = {
      nmae: 'x',
      announce: 'PORT',
      build: { entry: 'main.ts', outfile: 'x' },
      stop: { signals: ['SIGTRM'] },
      budgets: { readyMs: -1 },
    }
    expect(problemsOf(input).split('\n').sort()).toEqual([
      'announce: "PORT" has no {port}, so no port could be read from it',
      'budgets.readyMs: Too small: expected number to be >=1',
      'build.outfile: there is no such key. Known are: entry.',
      'build: it needs `binary` beside it: the path, without target triple, where the build lands',
      'nmae: there is no such key. Did you mean "name"?',
      'stop.signals.0: "SIGTRM" is no such signal. Did you mean "SIGTERM"?',
    ])
  })

  test('are data too, and name the file', () => {
    const input = { fleet: { instances: 1 } }
    expect.assertions(1)
    try {
      resolveContract(input, { file: '/app/c.json', directory: '/app' })
    } catch (error) {
      expect(error).toMatchObject({
        name: 'ContractError',
        file: '/app/c.json',
        problems: [{ at: 'fleet.instances', message: 'Too small: expected number to be >=2' }],
      })
    }
  })

  test('of no file are those of the contract', () => {
    expect(() => resolveContract({ name: '' }, { file: null, directory: '/' })).toThrow(
      new ContractError(null, [{ at: 'name', message: 'it is empty' }]),
    )
    expect(new ContractError(null, [{ at: '', message: 'm' }]).message).toBe(
      'The contract cannot be used:\n  m',
    )
  })
})
