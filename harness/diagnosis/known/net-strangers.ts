import { type Exchange, exchangesOf } from '../../recording/exchanges.ts'
import { printable } from '../../text/printable.ts'
import type { Fix, KnownFailure, Scene } from '../known-failure.ts'
import { allowedBy, isAllowed } from '../permissions.ts'

/* Whether pages of others may read what it answers. */

const COMPARE_ORIGIN: Fix = {
  any: 'Keep a list of the origins of the app, compare the Origin as a whole, and give permission to no other. What changes something refuses others outright (403): a POST in text/plain comes without a preflight.',
  node: 'if (origin !== undefined && !ORIGINS.has(origin)) return response.writeHead(403).end(). Hono: cors({ origin: [...ORIGINS] }) and csrf({ origin: [...ORIGINS] }); express: cors({ origin: ORIGINS }) and not cors().',
  python: 'CORSMiddleware(allow_origins=ORIGINS): no ["*"], and no allow_origin_regex without its end.',
}

/** Each a way in which strangers get permission, from the particular to the general. */
const WAYS: readonly {
  readonly id: string
  readonly title: string
  readonly sources: readonly string[]
  readonly fix: Fix
  /** `own` begin the origins of the app, and of this machine. */
  fits(granted: readonly Exchange[], own: readonly string[]): boolean
}[] = [
  {
    id: 'any-origin-permitted',
    title: 'It gives permission to everybody (*): any page that its user visits reads its answers.',
    sources: ['https://github.com/open-mercato/cezar/issues/426'],
    fix: COMPARE_ORIGIN,
    fits: granted => granted.some(exchange => allowedBy(exchange) === '*'),
  },
  {
    id: 'null-origin-permitted',
    title: 'It gives permission to the origin null, which any page has for a frame in a sandbox.',
    sources: [
      'https://github.com/metalsharp/MetalSharp/issues/398',
      'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Access-Control-Allow-Origin',
    ],
    fix: {
      ...COMPARE_ORIGIN,
      any: 'Take null off the list. Electron: load the window from a scheme of your own (protocol.handle) and not from file://, so that it has an origin.',
    },
    fits: granted => granted.every(({ request }) => request.headers.origin === 'null'),
  },
  {
    id: 'origin-compared-by-its-beginning',
    title: 'It looks only at how the Origin begins: a stranger’s that begins as one of its own passes.',
    sources: ['https://portswigger.net/web-security/cors'],
    fix: { ...COMPARE_ORIGIN, any: `No startsWith, and no pattern without its end. ${COMPARE_ORIGIN.any}` },
    fits: (granted, own) =>
      granted.every(({ request }) => own.some(each => request.headers.origin?.startsWith(each))),
  },
  {
    id: 'preflight-permits-everybody',
    title:
      'It gives permission to every preflight, and looks only afterwards who asks: what changes something has been sent by then.',
    sources: ['https://github.com/open-mercato/cezar/issues/426'],
    fix: {
      ...COMPARE_ORIGIN,
      any: `Answer OPTIONS by the same list as everything else. ${COMPARE_ORIGIN.any}`,
    },
    fits: granted => granted.every(({ request }) => request.method === 'OPTIONS'),
  },
  {
    id: 'origin-echoed',
    title: 'It gives permission to whoever asks, by name: it sends the Origin back without looking at it.',
    sources: ['https://portswigger.net/web-security/cors'],
    fix: COMPARE_ORIGIN,
    fits: () => true,
  },
]

/** Beside the origins that the contract lists, what developers let in while they develop. */
const OF_THIS_MACHINE = ['http://localhost', 'http://127.0.0.1']

/** From the particular to the general. */
export const netStrangerFailures: readonly KnownFailure[] = WAYS.map(({ id, title, sources, fix, fits }) => ({
  id,
  title,
  clauses: ['net/foreign-origin-refused'],
  sources,
  fix,
  recognise(scene) {
    const granted = grantedIn(scene)
    const own = [...scene.evidence.contract.net.origins, ...OF_THIS_MACHINE]
    if (!fits(granted, own)) return null
    return { evidence: granted.slice(0, MOST_SHOWN).map(permissionWords) }
  },
}))

/** A permission that is given to many shows in a few. */
const MOST_SHOWN = 4

function permissionWords(exchange: Exchange): string {
  const { method, headers } = exchange.request
  const from = printable(headers.origin ?? 'no origin')
  return `${method} from ${from}: Access-Control-Allow-Origin: ${printable(allowedBy(exchange) ?? 'none')}`
}

/** What was asked from foreign origins, and permitted. */
function grantedIn({ life }: Scene): readonly Exchange[] {
  const asked = life === null ? [] : exchangesOf(life, 'foreign origin', 'foreign preflight')
  return asked.filter(exchange => {
    const { status } = exchange.response ?? { status: 500 }
    return status < 400 && isAllowed(exchange)
  })
}
