import { type Exchange, exchangesOf } from '../recording/exchanges.ts'
import { printable } from '../text/printable.ts'
import { blocked, type Clause, fail, pass, skipped } from './clause.ts'
import { answersOthers, NOTHING_ASKED, QUESTIONS } from './net-names.ts'

/*
 * Who may read an answer is said by the server and enforced by the browser: https://fetch.spec.whatwg.org, "CORS
 * protocol". A request that is answered without permission has been answered for nobody.
 */

const appOriginsAllowed: Clause = {
  id: 'net/app-origins-allowed',
  asks: 'http',
  scenarios: [QUESTIONS],
  judge({ contract, livesOf }) {
    const { origins } = contract.net
    if (origins.length === 0) return skipped('the contract lists no origin of the app (net.origins)')
    const allowed = new Set<string>()
    for (const life of livesOf(QUESTIONS)) {
      for (const exchange of exchangesOf(life, 'app origin', 'app preflight')) {
        allowed.add(originOf(exchange))
        const problem = whyNotPermitted(exchange, contract.health.status)
        if (problem === null) continue
        const { request, response, failure } = exchange
        const what = isPreflight(exchange)
          ? 'a preflight for GET with a Content-Type header'
          : `GET ${request.path}`
        return fail(
          `${what} from ${originOf(exchange)}, which the contract lists, gets permission`,
          problem,
          { life, atMs: (response ?? failure ?? request).atMs },
        )
      }
    }
    return allowed.size === 0
      ? NOTHING_ASKED
      : pass(`requests and preflights from ${[...allowed].join(', ')}`)
  },
}

const foreignOriginRefused: Clause = {
  id: 'net/foreign-origin-refused',
  asks: 'http',
  scenarios: [QUESTIONS],
  needs: ['resources/stays-up'],
  judge({ contract, livesOf }) {
    const refused = new Set<string>()
    for (const life of livesOf(QUESTIONS)) {
      if (!answersOthers(life, contract)) return blocked('resources/stays-up')
      for (const exchange of exchangesOf(life, 'foreign origin', 'foreign preflight')) {
        const { request, response } = exchange
        if (response !== null && isPermitted(exchange)) {
          const what = isPreflight(exchange) ? 'a preflight' : `GET ${request.path}`
          return fail(
            `${what} from ${originOf(exchange)}, which the contract does not list, gets no permission`,
            `it was answered with ${response.status} and Access-Control-Allow-Origin: ${printable(allowedOrigin(exchange) ?? '')}`,
            { life, atMs: response.atMs },
          )
        }
        refused.add(originOf(exchange))
      }
    }
    return refused.size === 0 ? NOTHING_ASKED : pass(`no permission for ${[...refused].join(', ')}`)
  },
}

function isPreflight({ request }: Exchange): boolean {
  return request.method === 'OPTIONS'
}

function originOf({ request }: Exchange): string {
  return request.headers.origin ?? ''
}

function allowedOrigin({ response }: Exchange): string | undefined {
  return response?.headers['access-control-allow-origin']
}

/** Whether a page of that origin may read the answer, or send what the preflight was for. What is refused may be read. */
function isPermitted(exchange: Exchange): boolean {
  const allowed = allowedOrigin(exchange)
  return (exchange.response?.status ?? 0) < 400 && (allowed === '*' || allowed === originOf(exchange))
}

function whyNotPermitted(exchange: Exchange, status: number): string | null {
  const { response, failure } = exchange
  if (response === null) return `no answer: ${printable(failure?.message ?? '')}`
  // A browser takes any 2xx for a preflight's.
  const isAnswered = isPreflight(exchange)
    ? response.status >= 200 && response.status < 300
    : response.status === status
  if (!isAnswered) return `it was answered with ${response.status}`
  const allowed = allowedOrigin(exchange)
  if (allowed === undefined) return 'the answer has no Access-Control-Allow-Origin'
  if (!isPermitted(exchange)) return `the answer has Access-Control-Allow-Origin: ${printable(allowed)}`
  return isPreflight(exchange) ? whyHeaderForbidden(response.headers['access-control-allow-headers']) : null
}

function whyHeaderForbidden(allowed: string | undefined): string | null {
  const names = (allowed ?? '').split(',').map(name => name.trim().toLowerCase())
  if (names.includes('content-type') || names.includes('*')) return null
  return allowed === undefined
    ? 'the answer has no Access-Control-Allow-Headers'
    : `the answer has Access-Control-Allow-Headers: ${printable(allowed)}`
}

export const originClauses: readonly Clause[] = [appOriginsAllowed, foreignOriginRefused]
