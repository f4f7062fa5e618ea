import { type Exchange, exchangesOf } from '../recording/exchanges.ts'
import { printable } from '../text/printable.ts'
import type { Scene } from './known-failure.ts'
import { wordsOf } from './seen.ts'

/* Who may read an answer, as its headers say it to a browser. */

/** The origin that an answer gives its permission to; undefined for none. */
export function allowedBy({ response }: Exchange): string | undefined {
  return response?.headers['access-control-allow-origin']
}

/** Whether that is the origin that it was asked from. */
export function isAllowed(exchange: Exchange): boolean {
  const permission = allowedBy(exchange)
  return permission === '*' || (permission !== undefined && permission === exchange.request.headers.origin)
}

/** What was asked from the origins of the app. */
export interface Asked {
  readonly plain: readonly Exchange[]
  readonly preflights: readonly Exchange[]
  readonly status: number
}

export function askedIn({ life, evidence }: Scene): Asked {
  const of = (purpose: 'app origin' | 'app preflight') => (life === null ? [] : exchangesOf(life, purpose))
  return {
    plain: of('app origin'),
    preflights: of('app preflight'),
    status: evidence.contract.health.status,
  }
}

/** What was asked from where, and the permission that came. */
export function permissionIn(exchange: Exchange): readonly string[] {
  const { request, response } = exchange
  const headers = response?.headers['access-control-allow-headers'] ?? 'none'
  return [
    `from ${printable(request.headers.origin ?? 'no origin')}: ${wordsOf(exchange)}`,
    `Access-Control-Allow-Origin: ${printable(allowedBy(exchange) ?? 'none')}`,
    ...(request.method === 'OPTIONS' ? [`Access-Control-Allow-Headers: ${printable(headers)}`] : []),
  ]
}
