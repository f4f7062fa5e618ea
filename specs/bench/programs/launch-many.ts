/*
 * `node launch-many.ts plain|harness FILE AMOUNT [profile]`: launches so many sidecars at once, and prints how long it took
 * until all were healthy, and what that cost this process; where a profile is wanted, what that went on, and no times,
 * because a profile takes its own.
 */

import { resolveContract } from '../../../harness/contract/resolve.ts'
import { ENDLESS } from '../../../harness/sidecar/patience.ts'
import { start } from '../../../harness/sidecar/start.ts'
import { launchPlain, stopPlain } from '../ways/plain.ts'
import { whereTimeGoes } from './where-time-goes.ts'

/** Those that are healthy, and how they are ended. */
interface Fleet {
  readonly healthy: number
  end(): Promise<void>
}

const [, , way = '', file = '', amount = '', profile] = process.argv
const launch = way === 'harness' ? launchByHarness : launchByHand
// What is loaded when it is first asked for is no part of a fleet.
await (await launch(1)).end()

if (profile === undefined) await measure()
else await measureShares()

async function measure(): Promise<void> {
  const cpuBefore = process.cpuUsage()
  const memoryBefore = peakBytes()
  const startedAtMs = performance.now()
  const fleet = await launch(Number(amount))
  const readyMs = performance.now() - startedAtMs
  const { user, system } = process.cpuUsage(cpuBefore)
  const grownBytes = peakBytes() - memoryBefore
  await fleet.end()
  const { healthy } = fleet
  tell({ readyMs, cpuMs: (user + system) / 1000, grownBytes, healthy })
}

async function measureShares(): Promise<void> {
  const { result: fleet, spentMs } = await whereTimeGoes(() => launch(Number(amount)))
  await fleet.end()
  tell({ spentMs, healthy: fleet.healthy })
}

function tell(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

/** As a spec's `launchFleet` does it; that one can only be had in Vitest. */
async function launchByHarness(instances: number): Promise<Fleet> {
  const resolved = resolveContract({}, { file: null, directory: process.cwd() })
  const sidecars = await start({ resolved, file, instances, options: {}, patience: ENDLESS })
  const ready = sidecars.filter(sidecar => sidecar.recording().events.some(({ type }) => type === 'ready'))
  return {
    healthy: ready.length,
    end: async () => {
      await Promise.all(sidecars.map(sidecar => sidecar.stop()))
    },
  }
}

async function launchByHand(instances: number): Promise<Fleet> {
  const children = await Promise.all(Array.from({ length: instances }, () => launchPlain(file)))
  return {
    healthy: children.length,
    end: async () => {
      await Promise.all(children.map(stopPlain))
    },
  }
}

function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024
}
