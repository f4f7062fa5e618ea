import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Peers } from '../peers.ts'
import { between, makeStamps } from './stamps.ts'
import { freePort, plainEnvironment, type Way } from './way.ts'

const run = promisify(execFile)
const CHECK = join(import.meta.dirname, 'check-health.mjs')

/** start-server-and-test, as it stands in a script of package.json: start, wait, test. Its own start is not counted. */
export function startServerAndTest(
  { resolve, versions }: Peers,
  { directory, stamp }: { directory: string; stamp: string },
): Way {
  return {
    name: 'start-server-and-test',
    version: versions['start-server-and-test'],
    noStop: 'it ends the server by itself, and tells no time',
    async live(file) {
      const port = await freePort()
      const url = `http://127.0.0.1:${port}/health`
      const stamps = await makeStamps(directory)
      const start = `${stamp} ${stamps.launched} ${file}`
      // What it runs as the test fails, and so does the whole command, where nobody healthy answers.
      const test = `${stamp} ${stamps.ready} ${process.execPath} ${CHECK} ${url}`
      const command = resolve('start-server-and-test/src/bin/start.js')
      const env = plainEnvironment({ PORT: String(port) })
      await run(process.execPath, [command, start, url, test], { env })
      return { readyMs: await between(stamps) }
    },
  }
}
