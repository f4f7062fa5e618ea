import { absent, type Side } from '../topic.ts'
import { NotHereError, type Workshop } from '../workshop.ts'
import { execaAndPolling } from './execa.ts'
import { DIST, harness } from './harness.ts'
import { LIMIT, limit } from './limit.ts'
import { type InProcess, inOwnProcess } from './own-process.ts'
import { plain } from './plain.ts'
import { playwright } from './playwright.ts'
import { startServerAndTest } from './start-server-and-test.ts'
import { waitOnCommand, waitOnLibrary } from './wait-on.ts'
import type { Way } from './way.ts'

export interface Ways {
  readonly here: readonly Way[]
  /** A row with its reason for each that cannot be had on this machine. */
  readonly absent: readonly Side[]
}

type Maker = (workshop: Workshop) => Way | Promise<Way>

/** In the order of the tables. */
const MAKERS: Readonly<Record<string, Maker>> = {
  [LIMIT]: async workshop => limit(await workshop.program('limit')),
  plain: workshop => byItself('plain', plain, workshop),
  harness: async workshop => byItself('harness', await harness(), workshop),
  'execa and polling': async workshop =>
    byItself('execa', await execaAndPolling(await workshop.peers()), workshop),
  'Playwright webServer': async workshop => playwright(await workshop.peers(), await stampedBy(workshop)),
  'wait-on, imported': async workshop => byItself('wait-on', waitOnLibrary(await workshop.peers()), workshop),
  'wait-on, its command': async workshop => waitOnCommand(await workshop.peers()),
  'start-server-and-test': async workshop =>
    startServerAndTest(await workshop.peers(), await stampedBy(workshop)),
}

/** All ways there are, or the ones that this machine has. */
export async function findWays(workshop: Workshop): Promise<Ways> {
  const found: { here: Way[]; absent: Side[] } = { here: [], absent: [] }
  for (const [name, make] of Object.entries(MAKERS)) {
    try {
      found.here.push(await make(workshop))
    } catch (error) {
      if (!(error instanceof NotHereError)) throw error
      found.absent.push(absent(name, error.message))
    }
  }
  return found
}

async function byItself(name: InProcess, way: Way, workshop: Workshop): Promise<Way> {
  // Of the two that need no peers, none is missing where these cannot be had.
  const { directory = '', versions = {} } =
    name === 'plain' || name === 'harness' ? {} : await workshop.peers()
  const args = [name, JSON.stringify({ directory, versions }), DIST] as const
  return inOwnProcess(way, await workshop.script('live-by'), args)
}

async function stampedBy(workshop: Workshop): Promise<{ directory: string; stamp: string }> {
  if (process.platform !== 'linux')
    throw new NotHereError('stamp.c and process.hrtime go by the same clock on Linux alone')
  return { directory: workshop.directory, stamp: await workshop.program('stamp') }
}
