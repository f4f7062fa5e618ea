import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { nodeShebang } from '../../../fixtures/shebang.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { runGate } from '../../../harness/gate/gate.ts'
import { selectHost } from '../../../harness/host/index.ts'
import { eventsOf } from '../../../harness/recording/query.ts'
import { diagnosisIn } from './diagnosed.ts'

/*
 * Made recordings hold the words that were said once; here this machine's own Node and shell say theirs, through the
 * whole gate.
 */

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'real-programs-'))
})
afterAll(() => rm(directory, { recursive: true }))

let programs = 0

async function diagnose(source: string) {
  const file = join(directory, `program-${++programs}`)
  await writeFile(file, source)
  await chmod(file, 0o755)
  // Long enough for Node to begin: what hangs then does what it hangs in.
  const resolved = resolveContract({ budgets: { readyMs: 1_200 } }, { file: null, directory })
  const clauses = ['start/within-budget', 'announce/flushed'] as const
  const { recording } = await runGate({
    resolved,
    file,
    host: selectHost(),
    clauses,
    callerEnvironment: {},
    callerDirectory: directory,
  })
  const { evidence } = recording
  const problems = evidence.lives.flatMap(life => eventsOf(life, 'runtime-state')).map(each => each.problem)
  return { diagnosis: diagnosisIn(evidence, 'start/within-budget'), problems: problems.join('; ') }
}

const node = (source: string) => `${nodeShebang(process.execPath)}\n${source}\n`
const shell = (source: string) => `#!/bin/sh\n${source}\n`

test.each<[id: string, what: string, source: string]>([
  ['module-not-packed', 'a module that is not there', node("require('no-such-package')")],
  ['file-not-found', 'a file that is not there', node("require('node:fs').readFileSync('settings.json')")],
  ['program-not-found', 'spawn', node("require('node:child_process').spawn('no-such-program')")],
  ['crashes-at-start', 'an error that nobody catches', node("throw new Error('no such table: settings')")],
  ['ends-without-a-word', 'process.exit', node('process.exit(3)')],
  ['ends-instead-of-serving', 'nothing to do', node('module.exports = {}')],
  ['gives-up-at-start', 'a reason of its own', node("console.error('no licence'); process.exitCode = 1")],
  ['hangs-at-start', 'a timer alone', node('setInterval(() => {}, 60_000)')],
  ['busy-at-start', 'a loop', node('for (;;);')],
  ['waits-for-input', 'a prompt', node("process.stdin.once('data', serve)\nfunction serve() {}")],
  ['program-not-found', 'exec of a shell', shell('exec no-such-program --serve')],
  ['starts-what-is-not-executable', 'a file of mode 0644', shell('echo x > file; ./file')],
  ['killed-from-outside', 'a child of a shell', shell("sh -c 'kill -9 $$'; exit $?")],
  ['crashes-in-native-code', 'a signal', shell('ulimit -c 0; kill -SEGV $$')],
  ['went-into-background', 'an ampersand', shell('sleep 60 > /dev/null 2>&1 &')],
])('%s: %s', async (id, _what, source) => {
  expect((await diagnose(source)).diagnosis?.id).toBe(id)
})

test.each<[id: string, source: string, says: RegExp]>([
  [
    'hangs-at-start',
    'setInterval(lookForLicence, 500)\nfunction lookForLicence() {}',
    /^kept alive by: a timer that repeats every 500 ms \(lookForLicence, \S+:3\)$/m,
  ],
  [
    'hangs-at-start',
    "require('node:fs').openSync(process.env.HOME + '/app.lock', 'w')\nsetInterval(() => {}, 60_000)",
    /^it has open: \S+\/app\.lock/m,
  ],
  [
    'busy-at-start',
    'start()\nfunction start() {\n  const begun = Date.now()\n  while (begun > 0);\n}',
    /^it was running start \(\S+:[45]\)/m,
  ],
])('%s: of Node it is told where', async (id, source, says) => {
  const { diagnosis, problems } = await diagnose(node(source))

  expect(diagnosis?.id).toBe(id)
  expect(diagnosis?.evidence.join('\n'), `of the runtime: ${problems}`).toMatch(says)
})

test('port-in-use-at-start: a port of its own, which another program has', async () => {
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    other.close()
  })
  const { port } = other.address() as AddressInfo
  const { diagnosis } = await diagnose(
    node(`require('node:http').createServer().listen(${port}, '127.0.0.1')`),
  )

  expect(diagnosis?.id).toBe('port-in-use-at-start')
  expect(diagnosis?.evidence.join()).toContain(`address already in use 127.0.0.1:${port}`)
})
