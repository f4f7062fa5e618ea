import type { LocalAddress } from '../host/listening.ts'
import type { Life } from '../life/life.ts'
import type { Scenario, Stage } from './scenario.ts'

/** One way in which another program can have a port. */
interface Holding {
  readonly scenario: string
  readonly address: LocalAddress
}

/**
 * A kernel judges each by rules of its own: Linux lets nobody have 127.0.0.1 where somebody has all of IPv4, gives it
 * away beside ::1, and has `::` take both families.
 */
export const HOLDINGS: readonly Holding[] = [
  { scenario: 'port-taken-ipv4', address: '127.0.0.1' },
  { scenario: 'port-taken-all-ipv4', address: '0.0.0.0' },
  { scenario: 'port-taken-all', address: '::' },
  { scenario: 'port-taken-ipv6', address: '::1' },
]

/** What is no port, and the mistake of which each is a test. */
interface Misnomer {
  readonly scenario: string
  readonly spell: (free: number) => string
}

export const MISNOMERS: readonly Misnomer[] = [
  // Node takes a string that is no number for the path of a UNIX socket; `Number(text) || 0` makes it the default.
  { scenario: 'port-invalid-word', spell: () => 'abc' },
  { scenario: 'port-invalid-negative', spell: () => '-1' },
  // In 16 bits it is 4464.
  { scenario: 'port-invalid-large', spell: () => '70000' },
  // parseInt reads as far as it can.
  { scenario: 'port-invalid-fraction', spell: free => `${free}.5` },
]

/** Asked for a port that another program holds. */
function takenOn({ scenario, address }: Holding): Scenario {
  return {
    id: scenario,
    what: `asked for a port that another program holds on ${address}`,
    instances: 1,
    readiness: null,
    ordinary: false,
    async drive(stage) {
      const { port } = await stage.reservePort()
      const held = await stage.holdPort(port, address)
      if (held === null) return stage.isImpossible(`this machine has no address ${address}`)
      await awaitRefusal(stage, await stage.launch({ port: String(port), heldOn: address }))
    },
  }
}

/** Asked for something that is no port. */
function misnamed({ scenario, spell }: Misnomer): Scenario {
  return {
    id: scenario,
    what: `asked for the port ${spell(8080)}`,
    instances: 1,
    readiness: null,
    ordinary: false,
    async drive(stage) {
      const { port } = await stage.reservePort()
      await awaitRefusal(stage, await stage.launch({ port: spell(port) }))
    },
  }
}

/**
 * Waits until it has exited, or serves all the same: then there is nothing to wait for. It cannot refuse a port before
 * it has come as far as a usual start does, so that time is given to it on top.
 */
async function awaitRefusal({ contract, announcedMs }: Stage, life: Life): Promise<void> {
  const exited = life.exits(Math.ceil(announcedMs) + contract.budgets.soonMs)
  const serves = life.ready().then(isReady => isReady || exited)
  await Promise.race([exited, serves])
}

export const portRefusals: readonly Scenario[] = [...HOLDINGS.map(takenOn), ...MISNOMERS.map(misnamed)]
