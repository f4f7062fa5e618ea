import type { Contract } from '../contract/contract.ts'
import type { Life } from '../life/life.ts'
import type { Scenario, Stage } from './scenario.ts'

/** Reserved for examples (RFC 2606): nobody lives there. */
const ATTACKER = 'attacker.example'

/** What `localhost` can stand for. Which one a client tries first is its own affair. */
const LOOPBACK = ['127.0.0.1', '::1'] as const

/** Asked as by other programs and by web pages: by name, from the app's own windows, and from anywhere else. */
const questions: Scenario = {
  id: 'net-questions',
  what: 'asked by the name localhost, from the origins of the app, and by strangers',
  instances: 1,
  readiness: 'start/within-budget',
  ordinary: true,
  async drive(stage) {
    const life = await stage.launch()
    if (!(await life.ready())) return
    await life.look('ready')
    // Before and after: what is not answered in between would prove nothing if nothing were answered at all.
    await life.client.check()
    await askByName(life, stage)
    await Promise.all(stage.contract.net.origins.flatMap(origin => askFrom(life, stage, 'app', origin)))
    await Promise.all(
      foreignOrigins(stage.contract).flatMap(origin => askFrom(life, stage, 'foreign', origin)),
    )
    await askAsRebound(life, stage)
    await life.client.check()
    await stage.stop(life)
  },
}

async function askByName({ client, announcement }: Life, { contract }: Stage): Promise<void> {
  const headers = { host: `localhost:${announcement?.port}` }
  const timeoutMs = contract.budgets.soonMs
  await Promise.all(LOOPBACK.map(host => client.send({ purpose: 'localhost', host, headers, timeoutMs })))
}

/** A request, and the preflight for one that a browser does not send unasked, as a page of this origin sends them. */
function askFrom(
  { client }: Life,
  { contract }: Stage,
  whose: 'app' | 'foreign',
  origin: string,
): readonly Promise<unknown>[] {
  // A page of an app is as foreign to the address of its sidecar as any other, and browsers say so.
  const headers = { origin, 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site' }
  const preflight = {
    ...headers,
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'content-type',
  }
  const timeoutMs = contract.budgets.soonMs
  return [
    client.send({ purpose: `${whose} origin`, headers, timeoutMs }),
    client.send({ purpose: `${whose} preflight`, method: 'OPTIONS', headers: preflight, timeoutMs }),
  ]
}

/**
 * Anybody's page, one that a frame in a sandbox holds (`null`), and those that only begin as one that is allowed: who
 * compares no more than the beginning takes them in.
 */
function foreignOrigins({ net: { origins } }: Contract): readonly string[] {
  const named = origins.filter(origin => origin !== 'null')
  const alike = [...named, 'http://localhost', 'http://127.0.0.1'].map(origin => `${origin}.${ATTACKER}`)
  return [`https://${ATTACKER}`, 'null', ...alike].filter(origin => !origins.includes(origin))
}

/**
 * A page whose name was made to resolve to 127.0.0.1 reaches the sidecar by that name, and what it asks for is of its
 * own origin. Public services resolve names that begin as an address does to that address.
 */
async function askAsRebound({ client, announcement }: Life, { contract }: Stage): Promise<void> {
  const names = [`rebind.${ATTACKER}`, `localhost.${ATTACKER}`, `127.0.0.1.${ATTACKER}`]
  const hosts = [...names.map(name => `${name}:${announcement?.port}`), `rebind.${ATTACKER}`]
  const timeoutMs = contract.budgets.soonMs
  await Promise.all(hosts.map(host => client.send({ purpose: 'foreign host', headers: { host }, timeoutMs })))
}

/** What the net clauses need beside the lives of the others. */
export function netScenarios(_contract: Contract): readonly Scenario[] {
  return [questions]
}
