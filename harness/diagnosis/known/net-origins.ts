import type { Exchange } from '../../recording/exchanges.ts'
import type { Fix, KnownFailure } from '../known-failure.ts'
import { type Asked, allowedBy, askedIn, isAllowed, permissionIn } from '../permissions.ts'

/* Whether the windows of its own app may read its answers. */

const CORS = 'https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS'

const ALLOW: Fix = {
  any: 'Compare the Origin of each request, as a whole, with the list that the contract has (`net.origins`), and send it back as Access-Control-Allow-Origin, with `Vary: Origin`. Rust: CorsLayer::new().allow_origin([…]) of tower-http.',
  node: "const ORIGINS = new Set(['tauri://localhost', 'http://tauri.localhost']); if (ORIGINS.has(origin)) response.setHeader('Access-Control-Allow-Origin', origin). Hono: app.use(cors({ origin: [...ORIGINS] })), before the routes.",
  python:
    'app.add_middleware(CORSMiddleware, allow_origins=ORIGINS, allow_methods=["*"], allow_headers=["*"]).',
}

/** Each a way in which its windows are kept out, from the particular to the general: the exchange that shows it. */
const WAYS: readonly {
  readonly id: string
  readonly title: string
  readonly sources: readonly string[]
  readonly fix: Fix
  find(asked: Asked): Exchange | undefined
}[] = [
  {
    id: 'app-origin-refused',
    title: 'It refuses, or does not answer, a request that a window of its own app sends.',
    sources: ['https://github.com/gptme/gptme/issues/2226'],
    fix: {
      ...ALLOW,
      any: `Let the origins of the app pass wherever requests are refused for theirs. ${ALLOW.any}`,
    },
    find: ({ plain, status }) => plain.find(({ response }) => response?.status !== status),
  },
  {
    id: 'cors-names-several-origins',
    title: 'Its permission names several origins in one header, or one twice: to a browser that is none.',
    sources: [
      'https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS/Errors/CORSMultipleAllowOriginNotAllowed',
    ],
    fix: {
      ...ALLOW,
      any: `Name one, that of who asks. A header that is set in two places (a middleware and a route) is sent twice: set it in one. ${ALLOW.any}`,
    },
    find: ({ plain, preflights }) => [...plain, ...preflights].find(each => allowedBy(each)?.includes(',')),
  },
  {
    id: 'cors-names-another-origin',
    title:
      'It gives its permission to one origin, whoever asks, and the windows of its app have another on some systems.',
    sources: [
      'https://github.com/koala73/worldmonitor/issues/258',
      'https://github.com/gptme/gptme/issues/2226',
    ],
    fix: ALLOW,
    find: ({ plain }) => plain.find(each => allowedBy(each) !== undefined && !isAllowed(each)),
  },
  {
    id: 'cors-origin-forgotten',
    title:
      'It gives its permission to some origins of its app, and not to all: windows have another one on each system.',
    sources: [
      'https://github.com/koala73/worldmonitor/issues/258',
      'https://github.com/gptme/gptme/issues/2226',
    ],
    fix: {
      ...ALLOW,
      any: `Add it: tauri://localhost on macOS and Linux, http://tauri.localhost on Windows. ${ALLOW.any}`,
    },
    find: ({ plain }) => (plain.some(isAllowed) ? plain.find(each => !isAllowed(each)) : undefined),
  },
  {
    id: 'cors-absent',
    title: 'It gives no permission to the windows of its own app: they cannot read its answers.',
    sources: ['https://github.com/koala73/worldmonitor/issues/258', CORS],
    fix: ALLOW,
    find: ({ plain }) => plain.find(each => !isAllowed(each)),
  },
]

/** From the particular to the general; what is wrong with preflights alone comes behind them. */
export const netOriginFailures: readonly KnownFailure[] = WAYS.map(({ id, title, sources, fix, find }) => ({
  id,
  title,
  clauses: ['net/app-origins-allowed'],
  sources,
  fix,
  recognise(scene) {
    const shown = find(askedIn(scene))
    return shown === undefined ? null : { evidence: permissionIn(shown) }
  },
}))
