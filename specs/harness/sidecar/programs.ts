/** Small sidecars for these specs, each in a directory of its own. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, type TestAPI } from 'vitest'
import { nodeShebang } from '../../../fixtures/shebang.ts'
import { endProcess, processesNamed } from '../life/processes.ts'
import { until } from '../life/until.ts'

/** Announces itself, echoes requests, crashes where it is asked to, and ends with 0 on SIGTERM and SIGINT. */
export const SERVER = `
const { createServer } = require('node:http')
const server = createServer((request, response) => {
  const { method, url, headers } = request
  if (url === '/crash') {
    process.stderr.write('goodbye')
    process.exit(9)
  }
  console.error(method + ' ' + url)
  if (url === '/away') return response.writeHead(302, { location: 'http://192.0.2.1:8080/' }).end()
  if (url === '/moved') return response.writeHead(302, { location: '/echo' }).end()
  let body = ''
  request.on('data', chunk => { body += chunk })
  request.on('end', () => {
    const about = { method, url, headers, body, greeting: process.env.GREETING, args: process.argv.slice(2) }
    const health = { status: 'ok', app: 'echo', timestamp: new Date().toISOString(), uptime: process.uptime() }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(url === '/health' ? health : about))
  })
})
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port))
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0))
`

export interface MakeProgram {
  /** Writes a program, the server where no source is given, and returns its path. */
  (source?: string): Promise<string>
  /** Its living processes. */
  alive(file: string): number[]
  untilAlive(file: string): Promise<void>
}

export const test: TestAPI<{ program: MakeProgram }> = base.extend<{ program: MakeProgram }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern what a fixture needs.
  async program({}, use) {
    const directory = await mkdtemp(join(tmpdir(), 'sidecars-'))
    let programs = 0
    const write = async (source = SERVER) => {
      const path = join(directory, `program-${++programs}`)
      await writeFile(path, `${nodeShebang(process.execPath)}\n${source}\n`, { mode: 0o755 })
      return path
    }
    const alive = (file: string) => processesNamed(file)
    try {
      await use(
        Object.assign(write, {
          alive,
          untilAlive: (file: string) => until(() => alive(file).length > 0, `${file} runs`),
        }),
      )
    } finally {
      for (const pid of processesNamed(directory)) endProcess(pid)
      await rm(directory, { recursive: true, maxRetries: 5 })
    }
  },
})

/** The error of this class that a promise is rejected with; it is a failure when it is not. */
export async function caught<E extends Error>(
  promise: PromiseLike<unknown>,
  // An abstract class is one, too.
  kind: abstract new (...args: never[]) => E,
): Promise<E> {
  const error = await promise.then(
    () => null,
    reason => reason,
  )
  if (error instanceof kind) return error
  throw new Error(`not a ${kind.name}: ${error}`, { cause: error })
}
