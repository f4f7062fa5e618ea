import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { firstDemand, firstEvent } from '../../../harness/recording/query.ts'
import type { LifeRecording } from '../../../harness/recording/recording.ts'
import { OURS } from '../targets.ts'
import type { Way } from './way.ts'

type Face = typeof import('../../../harness/index.ts')

const ROOT = join(import.meta.dirname, '../../..')
/** The package as it is published. */
export const DIST: string = join(ROOT, 'dist')

async function ownVersion(dist: string): Promise<string> {
  return JSON.parse(await readFile(join(dist, '../package.json'), 'utf8')).version
}

/** The built package's main face, from where it was built. Throws where it is not. */
export async function importFace(dist: string = DIST): Promise<Face> {
  return import(pathToFileURL(join(dist, 'index.js')).href)
}

/**
 * The harness. What a life takes is what its recording says, from before the spawn to the answer, and from the signal to
 * the exit; around that a call of launch() makes its private places, and stop() looks at what was left behind.
 */
export async function harness(dist: string = DIST): Promise<Way> {
  const { launch } = await importFace(dist)
  return {
    name: OURS,
    version: await ownVersion(dist),
    async live(file) {
      const calledAtMs = performance.now()
      const sidecar = await launch({}, { binary: file })
      const readyAtMs = performance.now()
      // It throws where that was no clean end.
      await sidecar.stop()
      const stoppedAtMs = performance.now()
      return {
        ...timesOf(sidecar.recording()),
        whole: { readyMs: readyAtMs - calledAtMs, stopMs: stoppedAtMs - readyAtMs },
      }
    },
  }
}

function timesOf(life: LifeRecording): { readyMs: number; stopMs: number } {
  const [launch, ready, exit] = (['launch', 'ready', 'exit'] as const).map(type => firstEvent(life, type))
  const signal = firstDemand(life)
  if (!launch || !ready || !exit || !signal) throw new Error(`${life.id} was not ready, or has not ended`)
  return { readyMs: ready.atMs - launch.atMs, stopMs: exit.atMs - signal.atMs }
}
