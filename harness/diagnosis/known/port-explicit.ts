import type { ClauseId } from '../../contract/catalogue.ts'
import { eventsOf, firstEvent } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import type { Fix, KnownFailure } from '../known-failure.ts'
import { sayingOf } from '../said.ts'

const EXPLICIT: readonly ClauseId[] = ['port/explicit']

const OBEY: Fix = {
  any: "Read the contract's variable or argument, and bind that port and no other; end with an error where it cannot be had. One that cannot be asked says so in its contract: `port: false`.",
  node: "server.listen(Number(process.env.PORT || 0), '127.0.0.1'); Vite needs `strictPort`, and get-port, portfinder and detect-port pick another.",
  python: 'int(os.environ.get("PORT") or 0), handed to the server; a `port=8000` in the source wins over it.',
}

const portIgnored: KnownFailure = {
  id: 'port-ignored',
  title: 'It takes another port than the one that it is asked for.',
  clauses: EXPLICIT,
  sources: ['https://github.com/jkuri/bore/pull/23'],
  fix: OBEY,
  recognise({ life, finding }) {
    const announced = life === null ? null : firstEvent(life, 'announcement')
    const asked = life === null ? null : firstEvent(life, 'launch')?.port
    if (announced === null || String(announced.port) === asked) return null
    return { evidence: [`asked for ${asked}`, finding.observed] }
  },
}

const servedElsewhere: KnownFailure = {
  id: 'port-announced-and-not-served',
  title: 'It announces the port that it is asked for, and listens on another.',
  clauses: EXPLICIT,
  sources: ['https://github.com/jkuri/bore/pull/23'],
  fix: {
    any: 'Hand the port to the server as well as to the announcement; better, announce what the socket says.',
  },
  recognise: ({ life, finding }) =>
    life !== null && eventsOf(life, 'announcement').length > 0 ? { evidence: [finding.observed] } : null,
}

const portRefused: KnownFailure = {
  id: 'port-refused',
  title: 'It does not start with a port that it is asked for, though that one is free.',
  clauses: EXPLICIT,
  sources: [],
  fix: {
    any: "Try it by hand: `PORT=20123 ./backend`. Look at how the port is read (a name of its own, a range that is allowed, a number that is compared as text), and at what the contract's `port` says: a variable, or arguments.",
  },
  recognise: ({ finding, life }) => ({ evidence: [finding.observed, ...refusalOf(life)] }),
}

function refusalOf(life: LifeRecording | null): readonly string[] {
  const saying = sayingOf(life, /EACCES|[Pp]ermission denied|WinError 10013|os error (?:13|10013)\b/)
  return saying === null ? [] : [`the system refuses that port: ${saying.quoted}`]
}

export const portExplicitFailures: readonly KnownFailure[] = [portIgnored, servedElsewhere, portRefused]
