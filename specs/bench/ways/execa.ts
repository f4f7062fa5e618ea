import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Peers } from '../peers.ts'
import { freePort, plainEnvironment, requireHealth, type Way } from './way.ts'

type Execa = typeof import('execa')

/** Between two tries: what people write there. */
const PAUSE_MS = 100
/** Far more than any sidecar here needs. */
const MOST_TRIES = 300

/** execa, a port that was free a moment ago, and a loop that asks until somebody answers. */
export async function execaAndPolling({ resolve, versions }: Peers): Promise<Way> {
  const { execa } = (await import(pathToFileURL(resolve('execa/index.js')).href)) as Execa
  return {
    name: 'execa and polling',
    version: versions.execa,
    async live(file) {
      const port = await freePort()
      const launchedAtMs = performance.now()
      const child = execa(file, { env: plainEnvironment({ PORT: String(port) }), extendEnv: false })
      await poll(`http://127.0.0.1:${port}/health`)
      const readyAtMs = performance.now()
      child.kill('SIGTERM')
      // It throws for any code but 0.
      await child
      return { readyMs: readyAtMs - launchedAtMs, stopMs: performance.now() - readyAtMs }
    },
  }
}

async function poll(url: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await requireHealth(url)
      return
    } catch (error) {
      if (tries === MOST_TRIES) throw error
      await setTimeout(PAUSE_MS)
    }
  }
}
