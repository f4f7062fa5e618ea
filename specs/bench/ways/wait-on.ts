import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Peers } from '../peers.ts'
import { stopPlain } from './plain.ts'
import { freePort, plainEnvironment, requireHealth, type Way } from './way.ts'

const run = promisify(execFile)
const NO_STOP = 'it waits, and ends nothing'

/** wait-on in a program: its own defaults, and nothing of its start. */
export function waitOnLibrary({ directory, versions }: Peers): Way {
  const waitOn = createRequire(join(directory, 'package.json'))('wait-on')
  return {
    name: 'wait-on, imported',
    version: versions['wait-on'],
    noStop: NO_STOP,
    live: file => waitFor(file, url => waitOn({ resources: [url] })),
  }
}

/** wait-on as it stands in a script of package.json: `backend & wait-on http://…`. */
export function waitOnCommand({ resolve, versions }: Peers): Way {
  return {
    name: 'wait-on, its command',
    version: versions['wait-on'],
    noStop: NO_STOP,
    live: file =>
      waitFor(file, url =>
        run(process.execPath, [resolve('wait-on/bin/wait-on'), url], { env: plainEnvironment() }),
      ),
  }
}

async function waitFor(file: string, wait: (url: string) => Promise<unknown>): Promise<{ readyMs: number }> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/health`
  const launchedAtMs = performance.now()
  const child: ChildProcess = spawn(file, {
    env: plainEnvironment({ PORT: String(port) }),
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  await wait(url)
  const readyMs = performance.now() - launchedAtMs
  await requireHealth(url)
  await stopPlain(child)
  return { readyMs }
}
