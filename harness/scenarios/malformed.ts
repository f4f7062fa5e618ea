import type { Contract } from '../contract/contract.ts'
import type { RawPlan } from '../life/raw-exchange.ts'
import type { MalformedKind } from '../recording/recording.ts'

/** Whoever waits for the rest of what is no request does no harm by that, and is not waited for in turn. */
const WAIT_MS = 100

/** Node allows 16 KiB in a head, others 8 KiB to 1 MiB: what reserves room for whatever comes finds none for this. */
const OVERSIZED_BYTES = 1024 * 1024
const LONG_PATH_BYTES = 64 * 1024
/** Who reserves room for a body before it comes has none for so much. */
const HUGE_BODY_BYTES = 2 ** 40

type Malformed = Omit<RawPlan, 'purpose' | 'waitMs'> & { readonly kind: MalformedKind }

/** Requests that are none, or not whole: what strangers send, and what has brought servers down. */
export function malformedRequests({ health: { path } }: Contract): readonly RawPlan[] {
  const all = [...noHttp(), ...brokenLines(path), ...brokenHeaders(path), ...brokenBodies(path)]
  return all.map(plan => ({ ...plan, purpose: 'malformed', waitMs: WAIT_MS }))
}

/** Other protocols: a browser tries TLS, a client HTTP/2, a scanner anything. */
function noHttp(): readonly Malformed[] {
  const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index)
  return [
    { kind: 'no HTTP', what: 'binary garbage', bytes: everyByte },
    { kind: 'no HTTP', what: 'a TLS handshake', bytes: clientHello() },
    {
      kind: 'no HTTP',
      what: 'the preface of HTTP/2',
      bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0',
    },
    { kind: 'no HTTP', what: 'empty lines', bytes: '\r\n\r\n\r\n' },
  ]
}

function brokenLines(path: string): readonly Malformed[] {
  const asks = (target: string) => (host: string) =>
    `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
  return [
    {
      kind: 'request line',
      what: 'a method that is none',
      bytes: host => `G@T ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    },
    {
      kind: 'request line',
      what: 'a version that is none',
      bytes: host => `GET ${path} HTTP/9.9\r\nHost: ${host}\r\n\r\n`,
    },
    { kind: 'request line', what: 'a request of HTTP/0.9', bytes: `GET ${path}\r\n` },
    { kind: 'request line', what: 'a NUL in the path', bytes: asks(`${path}\0`) },
    { kind: 'size', what: 'a path of 64 KiB', bytes: asks(`/${'x'.repeat(LONG_PATH_BYTES)}`) },
    // These two are proper HTTP, and make URL parsers and decoders throw.
    { kind: 'target', what: 'the path //', bytes: asks('//') },
    { kind: 'target', what: 'a path that cannot be decoded', bytes: asks('/%E0%A4%A') },
    { kind: 'target', what: 'a target with no host in it', bytes: asks('http://[/') },
  ]
}

function brokenHeaders(path: string): readonly Malformed[] {
  const line = `GET ${path} HTTP/1.1\r\n`
  return [
    {
      kind: 'target',
      what: 'a Host header that is no host',
      bytes: `${line}Host: [\r\nConnection: close\r\n\r\n`,
    },
    { kind: 'header', what: 'no Host header', bytes: `${line}Connection: close\r\n\r\n` },
    {
      kind: 'size',
      what: 'a header of 1 MiB',
      bytes: host => `${line}Host: ${host}\r\nX-Padding: ${'x'.repeat(OVERSIZED_BYTES)}\r\n\r\n`,
    },
    {
      kind: 'header',
      what: 'a negative Content-Length',
      bytes: host => `${line}Host: ${host}\r\nContent-Length: -1\r\n\r\n`,
    },
    {
      kind: 'given up',
      what: 'a request given up as soon as it was sent',
      bytes: host => `${line}Host: ${host}\r\n\r\n`,
      abort: true,
    },
  ]
}

function brokenBodies(path: string): readonly Malformed[] {
  const post = (headers: string, body: string) => (host: string) =>
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${body}`
  return [
    {
      kind: 'body',
      what: 'a body that is no JSON',
      bytes: post('Connection: close\r\nContent-Length: 1', '{'),
    },
    { kind: 'body', what: 'a chunk without a length', bytes: post('Transfer-Encoding: chunked', 'xyz\r\n') },
    {
      kind: 'given up',
      what: 'a body given up half-way',
      bytes: post('Content-Length: 1000', '{"a"'),
      abort: true,
    },
    {
      kind: 'size',
      what: 'a body of 1 TiB, never sent',
      bytes: post(`Content-Length: ${HUGE_BODY_BYTES}`, '{'),
      abort: true,
    },
  ]
}

/** The first message of TLS 1.2, as short as it can be: one cipher, no extension. */
function clientHello(): Uint8Array {
  const random = Array.from({ length: 32 }, (_, index) => index)
  const hello = [3, 3, ...random, 0, 0, 2, 0xc0, 0x2f, 1, 0]
  return Uint8Array.from([0x16, 3, 1, 0, hello.length + 4, 1, 0, 0, hello.length, ...hello])
}
