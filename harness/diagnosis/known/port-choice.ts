import type { ClauseId } from '../../contract/catalogue.ts'
import { firstEvent, isReady } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import { deathOf } from '../exception.ts'
import type { Fix, KnownFailure, Scene } from '../known-failure.ts'
import { sayingOf } from '../said.ts'
import { ADDRESS_IN_USE } from '../system-errors.ts'
import { PORT_SHARED } from './shared.ts'

const DYNAMIC: readonly ClauseId[] = ['port/dynamic-by-default']

const LISTEN_ON_0: Fix = {
  any: 'Listen on port 0 where none is asked for: the system picks a free one, and the socket says which. Go: `net.Listen("tcp", "127.0.0.1:0")`. Rust: `TcpListener::bind("127.0.0.1:0")`.',
  node: "server.listen(Number(process.env.PORT || 0), '127.0.0.1', announce): `PORT || 3000` is a fixed port, and leave out get-port, portfinder and detect-port.",
  bun: 'Bun.serve({ port: 0 }) and server.port: without it Bun takes 3000.',
  deno: 'Deno.serve({ port: 0 }) and server.addr.port: without it Deno takes 8000.',
  python: 'ThreadingHTTPServer(("127.0.0.1", 0), Handler) and server_port; uvicorn.Config(app, port=0).',
  jvm: 'new ServerSocket(0) and getLocalPort(); Spring: server.port=0.',
}

/** The pair, and the third that is launched alone when the second of it did not start. */
function pairOf({
  evidence: { lives },
}: Scene): Readonly<Record<'unset' | 'zero' | 'alone', LifeRecording | null>> {
  const of = (instance: number) =>
    lives.find(each => each.scenario === 'port-pair' && each.instance === instance) ?? null
  return { unset: of(1), zero: of(2), alone: of(3) }
}

/** What was announced by those lives, launched as by an app, that were asked for no port, or for 0. */
function unaskedPorts({ evidence: { lives, plan } }: Scene): readonly number[] {
  const ordinary = new Set(plan.scenarios.filter(scenario => scenario.ordinary).map(({ id }) => id))
  return lives.flatMap(life => {
    const asked = firstEvent(life, 'launch')?.port ?? null
    const port = firstEvent(life, 'announcement')?.port ?? null
    return port !== null && (asked === null || asked === '0') && ordinary.has(life.scenario) ? [port] : []
  })
}

const sharesPort: KnownFailure = {
  ...PORT_SHARED,
  clauses: DYNAMIC,
  recognise(scene) {
    const { unset, zero } = pairOf(scene)
    if (unset === null || zero === null || !isReady(unset) || !isReady(zero)) return null
    const [one, other] = [unset, zero].map(life => firstEvent(life, 'announcement')?.port)
    return one === other ? { evidence: [`both listened on port ${one} at the same time`] } : null
  },
}

const prefersPort: KnownFailure = {
  id: 'port-preferred',
  title: 'It has a port of its own that it takes whenever it is free, and another only where it is taken.',
  clauses: DYNAMIC,
  sources: ['https://github.com/http-party/http-server/issues/363'],
  fix: LISTEN_ON_0,
  recognise: ({ finding, life }) =>
    life !== null && isReady(life) ? { evidence: [finding.observed] } : null,
}

const fixedPort: KnownFailure = {
  id: 'port-fixed',
  title:
    'It always takes the same port: a second instance, or another program that has it, keeps it from starting.',
  clauses: DYNAMIC,
  sources: [
    'https://github.com/http-party/http-server/issues/325',
    'https://github.com/tailscale/tailscale/pull/19410',
  ],
  fix: LISTEN_ON_0,
  recognise(scene) {
    const saying = sayingOf(scene.life, ADDRESS_IN_USE)
    const ports = unaskedPorts(scene)
    const isSame = ports.length > 1 && new Set(ports).size === 1
    if (saying === null && !isSame) return null
    const same = isSame ? [`${ports.length} lives that were asked for no port announced ${ports[0]}`] : []
    return { evidence: saying === null ? same : [`it said ${saying.quoted}`, ...same] }
  },
}

const zeroRefused: KnownFailure = {
  id: 'port-zero-refused',
  title: 'It takes a 0 for no port, where 0 asks the system to pick one: with no PORT at all it starts.',
  clauses: DYNAMIC,
  sources: [
    'https://nodejs.org/api/net.html#serverlistenport-host-backlog-callback',
    'https://man7.org/linux/man-pages/man7/ip.7.html',
  ],
  fix: { any: 'Let 0 through to `listen`: a port may be any whole number from 0 to 65535.' },
  recognise(scene) {
    const { unset, zero, alone } = pairOf(scene)
    if (unset === null || !isReady(unset) || scene.life !== zero || alone === null || isReady(alone))
      return null
    return {
      evidence: [
        ...deathOf(alone),
        'that was with PORT=0 and nothing beside it; with no PORT it became ready',
      ],
    }
  },
}

const oneAtATime: KnownFailure = {
  id: 'allows-one-instance',
  title:
    'It does not start while another instance of it runs: it has a lock, or a file that only one may have.',
  clauses: DYNAMIC,
  sources: ['https://github.com/nowledge-co/nowledge-mem/issues/41'],
  fix: {
    any: 'A user opens two windows, and updates run beside the old version: keep state in the data directory that the app names, one for each instance, or open it so that several can. A lock that has to be says whose it is, and what to do.',
  },
  recognise(scene) {
    const { zero, alone } = pairOf(scene)
    if (scene.life !== zero || zero === null || alone === null || !isReady(alone)) return null
    return {
      evidence: [...deathOf(zero), 'launched in the same way, with nothing beside it, it became ready'],
    }
  },
}

const notReady: KnownFailure = {
  id: 'second-instance-fails',
  title: 'Two instances do not start side by side: a fixed port, a lock, or 0 taken for no port.',
  clauses: DYNAMIC,
  sources: ['https://github.com/http-party/http-server/issues/325'],
  fix: {
    any: 'Start two by hand, the second one with PORT=0, and read what it says. Listen on port 0, and keep nothing that only one may have.',
  },
  recognise: ({ finding }) => ({ evidence: [finding.observed] }),
}

export const portChoiceFailures: readonly KnownFailure[] = [
  sharesPort,
  prefersPort,
  fixedPort,
  zeroRefused,
  oneAtATime,
  notReady,
]
