import type { KnownFailure } from '../known-failure.ts'
import { askedIn, isAllowed, permissionIn } from '../permissions.ts'

/* Its windows may read an answer, and are not allowed to ask for anything that a browser asks about beforehand. */

const notAnswered: KnownFailure = {
  id: 'preflight-not-answered',
  title:
    'It does not answer a preflight as one: none of its routes knows OPTIONS, or all take it for any other request.',
  clauses: ['net/app-origins-allowed'],
  sources: ['https://developer.mozilla.org/en-US/docs/Glossary/Preflight_request'],
  fix: {
    any: 'Answer OPTIONS with 204 and three headers (Access-Control-Allow-Origin, -Methods, -Headers), before the routes and before whatever asks for a token: a preflight carries none.',
    node: "if (request.method === 'OPTIONS') return response.writeHead(204).end(), behind the headers. Hono: app.use(cors(…)), before the routes, does it.",
    python: 'CORSMiddleware does it, as the outermost one: add it last.',
  },
  recognise(scene) {
    const poor = askedIn(scene).preflights.find(
      each => each.response === null || each.response.status >= 300 || !isAllowed(each),
    )
    return poor === undefined ? null : { evidence: permissionIn(poor) }
  },
}

const headersDenied: KnownFailure = {
  id: 'preflight-allows-no-headers',
  title:
    'Its answer to a preflight does not allow the header that was asked for, and requests with JSON never leave the window.',
  clauses: ['net/app-origins-allowed'],
  sources: [
    'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Access-Control-Allow-Headers',
  ],
  fix: {
    any: 'Name them in the answer to OPTIONS: `Access-Control-Allow-Headers: content-type, authorization`, and whatever else the app sends.',
    python: 'allow_headers=["*"] of CORSMiddleware: without it Content-Type is not among them.',
  },
  recognise(scene) {
    const [preflight] = askedIn(scene).preflights
    return { evidence: preflight === undefined ? [] : permissionIn(preflight) }
  },
}

/** From the particular to the general. */
export const netPreflightFailures: readonly KnownFailure[] = [notAnswered, headersDenied]
