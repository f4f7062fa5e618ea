import { readFileSync } from 'node:fs'
import { HostLookupError } from './host.ts'

/** The ports that a kernel picks from when a program asks for any. */
export interface EphemeralPorts {
  readonly first: number
  readonly last: number
  /** Ports in between, or elsewhere, that it leaves out, because somebody set them aside for a program. */
  readonly setAside: ReadonlySet<number>
}

/** Below it only root may listen. */
const FIRST_PORT = 1_024
const LAST_PORT = 65_535

/** RFC 6335, 6: what macOS, Windows and NetBSD keep to. */
const DYNAMIC: EphemeralPorts = { first: 49_152, last: LAST_PORT, setAside: new Set() }
/** IPPORT_EPHEMERALFIRST in its netinet/in.h. */
const OF_FREEBSD: EphemeralPorts = { first: 10_000, last: LAST_PORT, setAside: new Set() }

/** Browsers, and `fetch` of Node, refuse to connect to these (https://fetch.spec.whatwg.org/#port-blocking). */
const BLOCKED_BY_FETCH = [
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
  10_080,
]

/** What a developer's machine starts later, or a sidecar takes by default: asking for it would prove nothing. */
const WELL_KNOWN = [
  1234, 1313, 1420, 1433, 1521, 1883, 2375, 2376, 3000, 3001, 3030, 3128, 3306, 3333, 3389, 4000, 4173, 4200,
  4321, 4444, 5000, 5001, 5173, 5174, 5353, 5432, 5555, 5672, 5900, 5984, 6006, 6379, 6443, 7000, 7474, 7687,
  7860, 8000, 8001, 8008, 8025, 8080, 8081, 8086, 8088, 8090, 8123, 8200, 8384, 8443, 8501, 8545, 8787, 8800,
  8888, 9000, 9001, 9042, 9090, 9091, 9092, 9200, 9222, 9229, 9300, 9418, 10_000, 11_211, 11_434, 15_672,
  19_000, 19_001, 24_678, 25_565, 27_017, 32_400,
]

const AVOIDED: ReadonlySet<number> = new Set([...BLOCKED_BY_FETCH, ...WELL_KNOWN])

/** A span that is left over by chance is soon used up by harnesses side by side. */
const TOO_FEW = 64

/** Has no factor in common with the number of ports, and puts one far from the next. */
const STEP = 39_871

/** What the kernel of this machine hands out. */
export function readEphemeralPorts(): EphemeralPorts {
  if (process.platform !== 'linux') return process.platform === 'freebsd' ? OF_FREEBSD : DYNAMIC
  // For IPv6 too, and of the network namespace that we are in.
  return parseEphemeralPorts(readSetting('ip_local_port_range'), readSetting('ip_local_reserved_ports'))
}

/**
 * Goes round the ports that no kernel gives to somebody else meanwhile, from a random one on, each in its turn:
 * those outside the range, and where that leaves none, as on servers that have it begin at 1,024, those that are
 * set aside inside. Not in ascending order: a sidecar that finds its port taken may try the next.
 */
export function* walkAskablePorts({ first, last, setAside }: EphemeralPorts): Generator<number> {
  const isTooWide = first - FIRST_PORT + (LAST_PORT - last) < TOO_FEW
  const isAskable = (port: number): boolean =>
    !AVOIDED.has(port) &&
    (isTooWide ? setAside.has(port) : (port < first || port > last) && !setAside.has(port))
  const count = LAST_PORT - FIRST_PORT + 1
  let offset = Math.floor(Math.random() * count)
  for (let misses = 0; misses < count; offset = (offset + STEP) % count) {
    const port = FIRST_PORT + offset
    misses = isAskable(port) ? 0 : misses + 1
    if (misses === 0) yield port
  }
}

/** Reads the settings `ip_local_port_range` and `ip_local_reserved_ports`: `32768 60999` and `8080,9000-9010`. */
export function parseEphemeralPorts(range: string, reserved: string): EphemeralPorts {
  const [first, last] = range.trim().split(/\s+/).map(Number)
  const spans = reserved
    .trim()
    .split(',')
    .filter(span => span !== '')
    .map(span => span.split('-').map(Number))
  if (first === undefined || last === undefined || ![first, last, ...spans.flat()].every(Number.isInteger)) {
    throw unreadable(`'${range.trim()}' and '${reserved.trim()}' are no ranges of ports`)
  }
  const setAside = spans.flatMap(([from = 0, to = from]) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index),
  )
  return { first, last, setAside: new Set(setAside) }
}

function readSetting(name: string): string {
  const path = `/proc/sys/net/ipv4/${name}`
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    throw unreadable(`${path} cannot be read`, error)
  }
}

function unreadable(why: string, cause?: unknown): HostLookupError {
  return new HostLookupError('/proc', `which ports the kernel hands out cannot be told: ${why}`, { cause })
}
