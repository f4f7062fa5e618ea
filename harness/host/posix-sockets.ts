import { printable } from '../text/printable.ts'
import { unmapAddress } from './addresses.ts'
import { HostLookupError, type Listener } from './host.ts'
import { listenOn, stopListening } from './listening.ts'
import { explainExit, runTool, type Tool } from './tool.ts'

const LSOF: Tool = {
  name: 'lsof',
  howToGet: 'macOS has it in /usr/sbin; on FreeBSD: pkg install lsof; on Debian and Ubuntu: apt install lsof',
}

/** No names looked up (-n, -P), no warnings about file systems that it may not enter (-w). */
const QUIETLY = ['-n', '-P', '-w']

/** One field a line: pid, descriptor, address family, device (the socket's identity), address and port. */
const FIELDS = ['-F', 'pftdn']

/** The listening sockets that the given processes hold, each once. */
export async function findListeners(pids: readonly number[]): Promise<Listener[]> {
  // Without a selection lsof lists everybody's.
  if (pids.length === 0) return []
  return askLsof(['-iTCP', '-sTCP:LISTEN', '-a', '-p', pids.join(',')])
}

/** Who listens on a port; other users' sockets are shown to root only. */
export function findListenersOn(port: number): Promise<Listener[]> {
  return askLsof([`-iTCP:${port}`, '-sTCP:LISTEN'])
}

async function askLsof(selection: readonly string[]): Promise<Listener[]> {
  const answer = await runTool(LSOF, [...QUIETLY, ...selection, ...FIELDS])
  // It exits with 1 both when something that was asked for was not found and when it failed; only a failure is
  // explained. (-Q tells them apart, but macOS ships a version that does not know it.)
  if (answer.code > 1 || (answer.code !== 0 && answer.stderr.trim() !== '')) {
    throw new HostLookupError('lsof', explainExit(LSOF, answer))
  }
  const listeners = parseSockets(answer.stdout)
  if (listeners.length === 0) await requireSight()
  return listeners
}

let sight: Promise<void> | undefined

/**
 * What shows nothing may be blind: a `lsof` that may not look, or is another program of that name. Asked, once in a
 * process, for a socket that is there for sure. Throws HostLookupError where it does not show that.
 */
function requireSight(): Promise<void> {
  sight ??= lookAtOwn()
  return sight
}

async function lookAtOwn(): Promise<void> {
  const server = await listenOn(0, '127.0.0.1')
  if (server === null) return
  try {
    const selection = ['-iTCP', '-sTCP:LISTEN', '-a', '-p', String(process.pid)]
    const answer = await runTool(LSOF, [...QUIETLY, ...selection, ...FIELDS])
    if (parseSockets(answer.stdout).length > 0) return
    throw new HostLookupError('lsof', 'lsof shows no listening socket, not even one that is there')
  } finally {
    await stopListening(server)
  }
}

/** Reads the output of `lsof -F pftdn`: a letter and a value a line, `p` opens a process and `f` a file of it. */
export function parseSockets(output: string): Listener[] {
  const listeners = new Map<string, Listener>()
  let pid = 0
  let family = ''
  let socket = ''
  for (const line of output.split('\n')) {
    const value = line.slice(1)
    if (line !== '' && !/^[a-zA-Z0-9]/.test(line)) throw unreadable('a line', line)
    if (line.startsWith('p')) pid = Number(value)
    else if (line.startsWith('f')) socket = `${pid}/${value}`
    else if (line.startsWith('t')) family = value
    else if (line.startsWith('d')) socket = value
    else if (line.startsWith('n') && !listeners.has(socket)) {
      listeners.set(socket, { ...parseName(value, family), pid })
    }
  }
  return [...listeners.values()]
}

/** `127.0.0.1:80`, `[::1]:80`, or `*:80`, where only the family tells which wildcard is meant. */
function parseName(name: string, family: string): { address: string; port: number } {
  const match = /^(?:\[(.+)\]|(.+)):(\d+)$/.exec(name)
  if (!match) throw unreadable('an address', name)
  const [, bracketed, plain = '', port] = match
  const wildcard = family === 'IPv6' ? '::' : '0.0.0.0'
  return { address: unmapAddress(bracketed ?? (plain === '*' ? wildcard : plain)), port: Number(port) }
}

function unreadable(what: string, text: string): HostLookupError {
  return new HostLookupError('lsof', `lsof printed ${what} that cannot be read: ${printable(text)}`)
}
