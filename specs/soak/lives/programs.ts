import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCompiler, makeNative, SOUND } from '../../../fixtures/native/make.ts'
import { nodeShebang } from '../../../fixtures/shebang.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { type ResolvedContract, resolveContract } from '../../../harness/contract/resolve.ts'

/** A sidecar that is lived with. */
export interface Program {
  readonly name: string
  readonly file: string
  readonly resolved: ResolvedContract
  readonly becomesReady: boolean
  /** It also ends as it should, and leaves nothing. */
  readonly isSound: boolean
}

/** What is waited for in vain is not waited for longer than this; what comes is given its usual time. */
const VAIN_MS = 150

const SERVER = `
const { createServer } = require('node:http')
const startedAt = Date.now()
const server = createServer((_, response) => {
  const body = { status: 'ok', app: 'soaked', timestamp: new Date().toISOString(), uptime: (Date.now() - startedAt) / 1000 }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
})
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port))
`

/** Writes them all into a directory. */
export async function makePrograms(directory: string): Promise<readonly Program[]> {
  const make = async (name: string, source: string): Promise<string> => {
    const file = join(directory, name)
    await writeFile(file, source)
    await chmod(file, 0o755)
    return file
  }
  const node = (name: string, source: string) => make(name, `${nodeShebang(process.execPath)}\n${source}`)
  const shell = (name: string, source: string) => make(name, `#!/bin/sh\n${source}\n`)

  const server = await node(
    'server',
    `${SERVER}for (const s of ['SIGTERM', 'SIGINT']) process.on(s, () => process.exit(0))`,
  )
  // One that starts in a millisecond, where there is a compiler: most of a thousand lives would be starts of Node.
  const isNative = await hasCompiler()
  const sound = isNative ? await makeNative(SOUND, directory) : server
  const health = { app: isNative ? SOUND : 'soaked' }

  const aProgram = (
    name: string,
    file: string,
    is: Partial<Program>,
    input: ContractInput = {},
  ): Program => ({
    ...{ name, file, becomesReady: false, isSound: false },
    ...is,
    resolved: resolveContract({ health, ...input }, { file: null, directory }),
  })
  const vain = { budgets: { readyMs: VAIN_MS, graceMs: VAIN_MS } }
  const ready = { becomesReady: true }
  return [
    aProgram('is sound', sound, { ...ready, isSound: true }),
    aProgram(
      'leaves a child in a session of its own',
      await shell('leaves-child', `setsid sleep 60 >/dev/null 2>&1 </dev/null &\nexec ${sound}`),
      ready,
    ),
    aProgram('dies at once', await shell('dies', 'echo "no such luck" >&2; exit 3'), {}),
    aProgram(
      'leaves closed directories',
      await shell('leaves-closed', `mkdir -p "$TMPDIR/closed/deep"; chmod 0 "$TMPDIR/closed"\nexec ${sound}`),
      ready,
    ),
    aProgram('never announces itself', await shell('silent', 'exec sleep 60'), {}, vain),
    aProgram('is sound, and a Node', server, { ...ready, isSound: true }, { health: { app: 'soaked' } }),
    aProgram(
      'ignores signals',
      await shell('ignores', 'trap "" TERM INT HUP\nwhile :; do sleep 1; done'),
      {},
      vain,
    ),
    aProgram(
      'leaves its pipes to another',
      await shell('leaves-pipes', `setsid sh -c 'trap "" TERM; sleep 60' &\nexit 1`),
      {},
    ),
    aProgram(
      'logs a megabyte',
      await shell('logs', `head -c 1000000 /dev/zero | tr '\\0' x >&2; echo >&2\nexec ${sound}`),
      { ...ready, isSound: true },
    ),
    aProgram(
      'announces what nobody listens on',
      await shell('announces-nothing', 'echo BACKEND_PORT:1\nexec sleep 60'),
      {},
      vain,
    ),
    aProgram(
      'hangs in its stop',
      await node('hangs', `${SERVER}process.on('SIGTERM', () => setInterval(() => {}, 1000))`),
      ready,
      { health: { app: 'soaked' }, budgets: { graceMs: VAIN_MS } },
    ),
    aProgram('cannot be launched', await make('no-program', '\u007fELF, and nothing else'), {}),
  ]
}
