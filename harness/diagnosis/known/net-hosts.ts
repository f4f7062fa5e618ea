import { type Exchange, exchangesOf } from '../../recording/exchanges.ts'
import { printable } from '../../text/printable.ts'
import type { Fix, KnownFailure, Scene } from '../known-failure.ts'
import { breakdownOf, wordsOf } from '../seen.ts'

/* Whether a page of others may ask it by a name of its own. */

const HOST = ['net/foreign-host-refused'] as const
const REBINDING = [
  'https://github.com/Canonry/canonry/issues/1177',
  'https://github.com/NousResearch/hermes-agent/pull/21939',
]

const COMPARE_HOST: Fix = {
  any: 'Before every route compare the Host, without its port and as a whole, with 127.0.0.1, [::1] and localhost, and answer 403 to others. Go: net.SplitHostPort(r.Host). A token that every request has to carry does as much.',
  node: "if (!/^(127\\.0\\.0\\.1|localhost|\\[::1\\])(:\\d+)?$/.test(request.headers.host ?? '')) return response.writeHead(403).end()",
  python: 'app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]).',
}

function hostsAsked({ life }: Scene): readonly Exchange[] {
  return life === null ? [] : exchangesOf(life, 'foreign host')
}

function isAnswered({ response }: Exchange): boolean {
  return response !== null && (response.status < 400 || response.status > 499)
}

/** Names that begin as one of its own does: the rest is anybody's. */
const LOOKS_LIKE_OURS = /^(localhost|127\.0\.0\.1)\./

const hostByBeginning: KnownFailure = {
  id: 'host-compared-by-its-beginning',
  title: 'It looks only at how the Host begins: a stranger’s name that begins as its own passes.',
  clauses: HOST,
  sources: REBINDING,
  fix: {
    ...COMPARE_HOST,
    any: `Compare the whole name: no startsWith, no pattern without its end. ${COMPARE_HOST.any}`,
  },
  recognise(scene) {
    const answered = hostsAsked(scene).filter(isAnswered)
    const isAlike = ({ request }: Exchange) => LOOKS_LIKE_OURS.test(request.headers.host ?? '')
    return answered.length > 0 && answered.every(isAlike) ? { evidence: answered.map(hostOf) } : null
  },
}

const anyHost: KnownFailure = {
  id: 'any-host-answered',
  title:
    'It answers by whatever name it is asked: a page whose name was made to resolve to this machine reads all that it says.',
  clauses: HOST,
  sources: REBINDING,
  fix: COMPARE_HOST,
  recognise(scene) {
    const answered = hostsAsked(scene).filter(isAnswered)
    return answered.length === 0 ? null : { evidence: answered.map(hostOf) }
  },
}

const fallsOver: KnownFailure = {
  id: 'foreign-host-breaks-it',
  title: 'It does not refuse a foreign Host, it breaks over it: no answer comes, or none from then on.',
  clauses: HOST,
  sources: ['https://nodejs.org/api/url.html#urlparseinput-base'],
  fix: { ...COMPARE_HOST, any: `Answer 403, and catch what throws at an odd Host. ${COMPARE_HOST.any}` },
  recognise(scene) {
    const { life } = scene
    const broken = life === null ? null : breakdownOf(life, scene.evidence.contract.health.status)
    const unanswered = hostsAsked(scene).filter(({ response }) => response === null)
    return { evidence: [...unanswered.map(hostOf), ...(broken?.evidence ?? [])] }
  },
}

function hostOf(exchange: Exchange): string {
  return `Host ${printable(exchange.request.headers.host ?? '')}: ${wordsOf(exchange)}`
}

/** From the particular to the general. */
export const netHostFailures: readonly KnownFailure[] = [hostByBeginning, anyHost, fallsOver]
