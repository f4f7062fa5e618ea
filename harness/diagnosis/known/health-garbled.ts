import { firstEvent } from '../../recording/query.ts'
import { printable } from '../../text/printable.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { onceMore, secondOpinion, statusIn, wordsOf } from '../seen.ts'
import { silenceIn } from '../silence.ts'

/* What came back of the first request is no answer by HTTP, or not a whole one. */

const READY = ['health/ready-at-announcement'] as const

/** How OpenSSL, Go and nginx answer whoever speaks no TLS: a record of that (an alert, mostly), or these words. */
const TLS_RECORD = /^[\x15\x16]\x03[\x00-\x04]/
const SAID_IN_PLAIN = /HTTP request (was sent )?to (an )?HTTPS (server|port)/

const speaksTls: KnownFailure = {
  id: 'speaks-tls',
  title: 'It speaks TLS, and is asked in plain HTTP.',
  clauses: READY,
  sources: ['https://nodejs.org/api/https.html#httpscreateserveroptions-requestlistener'],
  fix: {
    any: "Serve plain HTTP: on loopback nobody reads along, and no certificate has to be shipped. Or let the contract ask by TLS, `health: { protocol: 'https' }`, and the announcement say `https://`.",
    node: 'createServer of node:http, and not of node:https; or let the contract ask by TLS: `health: { protocol: "https" }`.',
    python:
      "Run uvicorn without ssl_keyfile; or let the contract ask by TLS: `health: { protocol: 'https' }`.",
  },
  recognise(scene) {
    const { life } = scene
    if (life === null || isSecure(scene)) return null
    const byTls = secondOpinion(life, 'protocol')
    if (typeof byTls === 'number') return { evidence: [`asked by TLS it answered with ${byTls}`] }
    const answer = onceMore(life)?.answer ?? ''
    const isAlert = TLS_RECORD.test(answer)
    if (!isAlert && !SAID_IN_PLAIN.test(answer)) return null
    return {
      evidence: [
        isAlert ? 'it answered with a record of TLS' : `it answered "${printable(lastLine(answer))}"`,
      ],
    }
  },
}

const speaksPlainly: KnownFailure = {
  id: 'speaks-no-tls',
  title: 'It speaks plain HTTP, and is asked by TLS.',
  clauses: ['health/ready-at-announcement', 'start/within-budget'],
  sources: ['https://nodejs.org/api/errors.html#openssl-errors'],
  fix: {
    any: "Announce `http://`, and have the contract ask so: without `health: { protocol: 'https' }`. On loopback that is enough.",
  },
  recognise(scene) {
    const plain = scene.life === null ? undefined : secondOpinion(scene.life, 'protocol')
    if (!isSecure(scene) || typeof plain !== 'number') return null
    return { evidence: [`asked in plain HTTP it answered with ${plain}`] }
  },
}

function isSecure({ life, evidence: { contract } }: Scene): boolean {
  const announced = life === null ? null : firstEvent(life, 'announcement')
  return contract.health.secure ?? announced?.secure === true
}

function lastLine(answer: string): string {
  return answer.trim().split('\n').at(-1) ?? ''
}

const endlessBody: KnownFailure = {
  id: 'health-body-endless',
  title: 'It begins the answer about its health and never ends it.',
  clauses: READY,
  sources: ['https://nodejs.org/api/http.html#responseenddata-encoding-callback'],
  fix: {
    any: 'End the answer: close the body, or send the Content-Length that it has. A stream of events is no health path.',
    node: 'response.end(body), and not response.write(body) alone.',
    python:
      'Send Content-Length: http.server with HTTP/1.1 keeps the connection, and the client waits for more.',
  },
  recognise(scene) {
    const silence = silenceIn(scene)
    if (silence === null || !silence.isLate || silence.receivedBytes === 0) return null
    return { evidence: [`${silence.receivedBytes} bytes came, and no end of them`] }
  },
}

const notHttp: KnownFailure = {
  id: 'speaks-no-http',
  title: 'What it answers is no HTTP.',
  clauses: READY,
  sources: ['https://www.rfc-editor.org/rfc/rfc9112.html#name-status-line'],
  fix: {
    any: "Announce the port of the HTTP server, and not that of another protocol (a debugger, a database, gRPC). Where it has none, the contract says `health: 'tcp'`.",
  },
  recognise(scene) {
    const silence = silenceIn(scene)
    if (silence === null || !silence.answer || statusIn(silence.answer) !== null) return null
    return { evidence: [`it answered "${printable(silence.answer, MOST_QUOTED)}"`] }
  },
}

/** Enough of a foreign protocol to know it by. */
const MOST_QUOTED = 60

const cutBody: KnownFailure = {
  id: 'health-body-cut',
  title: 'The answer about its health ends before it is whole.',
  clauses: READY,
  sources: ['https://www.rfc-editor.org/rfc/rfc9112.html#name-content-length'],
  fix: {
    any: 'Content-Length counts bytes, and not characters; and nothing may end the connection before all of them are sent.',
    node: 'Content-Length: Buffer.byteLength(body), and not body.length; or none, and response.end(body) sets it.',
    python: 'Content-Length: len(body.encode()), and not len(body).',
  },
  recognise(scene) {
    const silence = silenceIn(scene)
    if (silence === null || silence.receivedBytes === 0) return null
    return { evidence: [wordsOf(silence.first), `${silence.receivedBytes} bytes had come`] }
  },
}

/** From the particular to the general. */
export const healthGarbledFailures: readonly KnownFailure[] = [
  speaksTls,
  speaksPlainly,
  endlessBody,
  notHttp,
  cutBody,
]
