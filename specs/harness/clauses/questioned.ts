import type { NetContract } from '../../../harness/contract/contract.ts'
import type { Ending, Script, Sent } from './recordings.ts'

/** What comes of the questions of one kind, given what is sent; the sound answer where it is undefined. */
export interface Answers {
  readonly check?: Ending
  readonly 'check afterwards'?: Ending
  readonly localhost?: (sent: Partial<Sent>) => Ending | undefined
  readonly 'app origin'?: (origin: string) => Ending | undefined
  readonly 'app preflight'?: (origin: string) => Ending | undefined
  readonly 'foreign origin'?: (origin: string) => Ending | undefined
  readonly 'foreign preflight'?: (origin: string) => Ending | undefined
  readonly 'foreign host'?: (host: string) => Ending | undefined
}

const STRANGERS = ['https://attacker.example', 'null', 'http://localhost.attacker.example']
const NAMES = ['rebind.attacker.example:41000', 'localhost.attacker.example:41000']

/** Asks a ready sidecar what the scenario `net-questions` asks it, and has it answer as a sound one does. */
export function questioned(
  life: Script,
  { origins }: Pick<NetContract, 'origins'>,
  answers: Answers = {},
): Script {
  life.isAsked('check', answers.check)
  for (const address of ['127.0.0.1', '::1']) {
    const sent = { address, headers: { host: 'localhost:41000' } }
    life.isAsked('localhost', answers.localhost?.(sent), sent)
  }
  for (const origin of origins) {
    life.isAsked('app origin', answers['app origin']?.(origin) ?? permits(origin), { headers: { origin } })
    const preflight = answers['app preflight']?.(origin) ?? permitsPreflight(origin)
    life.isAsked('app preflight', preflight, { method: 'OPTIONS', headers: { origin } })
  }
  for (const origin of STRANGERS) {
    life.isAsked('foreign origin', answers['foreign origin']?.(origin), { headers: { origin } })
    const preflight = answers['foreign preflight']?.(origin) ?? { status: 403 }
    life.isAsked('foreign preflight', preflight, { method: 'OPTIONS', headers: { origin } })
  }
  for (const host of NAMES) {
    life.isAsked('foreign host', answers['foreign host']?.(host) ?? { status: 403 }, { headers: { host } })
  }
  return life.isAsked('check', answers['check afterwards'])
}

/** An answer that pages of this origin may read. */
export function permits(origin: string): Ending {
  return { headers: { 'access-control-allow-origin': origin } }
}

/** An answer that lets pages of this origin send what they have asked for. */
export function permitsPreflight(origin: string, headers = 'Content-Type'): Ending {
  return {
    status: 204,
    headers: { 'access-control-allow-origin': origin, 'access-control-allow-headers': headers },
  }
}
