import type { ClauseId } from '../../contract/catalogue.ts'
import { eventsOf, firstEvent } from '../../recording/query.ts'
import type { Fix, KnownFailure, Scene } from '../known-failure.ts'

const INVALID: readonly ClauseId[] = ['port/invalid']
/** A port has 16 bits. */
const PORTS = 65_536

/** What it was asked for, and what it made of that; null where it announced nothing. */
function readingOf({ life }: Scene): { readonly asked: string; readonly port: number | null } | null {
  const announced = life === null ? null : firstEvent(life, 'announcement')
  if (life === null || announced === null) return null
  return { asked: firstEvent(life, 'launch')?.port ?? '', port: announced.port }
}

const CHECK: Fix = {
  any: 'Take digits and nothing else, up to 65535, and end with an error for everything else. Go: `strconv.ParseUint(text, 10, 16)`. Rust: `text.parse::<u16>()`. C: `strtoul` says where it stopped: that has to be the end.',
  node: 'const port = /^\\d+$/.test(text) ? Number(text) : Number.NaN; if (!(port <= 65535)) throw new Error("PORT is no port: " + text).',
  python:
    'if not (text.isascii() and text.isdigit() and int(text) <= 65535): sys.exit(f"PORT is {text!r}, which is no port").',
}

function misreading(
  known: Pick<KnownFailure, 'id' | 'title' | 'sources'>,
  fits: (asked: string, port: number | null) => boolean,
): KnownFailure {
  return {
    ...known,
    clauses: INVALID,
    fix: CHECK,
    recognise(scene) {
      const reading = readingOf(scene)
      if (reading === null || !fits(reading.asked, reading.port)) return null
      return { evidence: [`asked for the port "${reading.asked}", it announced ${reading.port}`] }
    },
  }
}

const becameSocket: KnownFailure = {
  id: 'port-became-socket',
  title: 'It takes the word for the path of a UNIX socket, and listens where nobody can reach it.',
  clauses: INVALID,
  sources: ['https://github.com/websockets/wscat/issues/168', 'https://github.com/nodejs/node/issues/43356'],
  fix: CHECK,
  recognise({ life }) {
    const asked = life === null ? null : (firstEvent(life, 'launch')?.port ?? null)
    if (life === null || asked === null) return null
    const announced = firstEvent(life, 'announcement')?.socket
    const left = eventsOf(life, 'litter').some(({ files }) => files.some(({ path }) => path === asked))
    if (announced === undefined && !left) return null
    return {
      evidence: [announced === undefined ? `it left a file named ${asked}` : `it announced ${announced}`],
    }
  },
}

export const portMisreadFailures: readonly KnownFailure[] = [
  becameSocket,
  misreading(
    {
      id: 'port-wrapped',
      title:
        'It takes the lower 16 bits of a number that is too large for a port, and listens somewhere else.',
      sources: ['https://nodejs.org/api/net.html#serverlistenport-host-backlog-callback'],
    },
    (asked, port) => /^\d+$/.test(asked) && Number(asked) >= PORTS && Number(asked) % PORTS === port,
  ),
  misreading(
    {
      id: 'port-read-in-part',
      title:
        'It reads the digits at the beginning, and leaves the rest unread: a slip of the keyboard becomes another port.',
      sources: ['https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/parseInt'],
    },
    (asked, port) => /^\d+\D/.test(asked) && Number.parseInt(asked, 10) === port,
  ),
  misreading(
    {
      id: 'port-defaulted',
      title: 'It takes what is no port for no wish at all, and listens somewhere, where nobody looks for it.',
      sources: ['https://github.com/websockets/wscat/issues/168'],
    },
    () => true,
  ),
]
