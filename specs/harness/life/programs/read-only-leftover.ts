/** A session whose sidecar leaves a directory that its own user may not write. Root may write everywhere: run it without that privilege. */

import { existsSync, rmSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileGrammar } from '../../../../harness/contract/announcement.ts'
import { resolveContract } from '../../../../harness/contract/resolve.ts'
import { selectHost } from '../../../../harness/host/index.ts'
import { Life } from '../../../../harness/life/life.ts'
import { openSession } from '../../../../harness/life/session.ts'
import { BASELINE } from '../../../../harness/recording/recording.ts'

const program = join(tmpdir(), 'leaves-read-only')
await writeFile(
  program,
  '#!/bin/sh\nmkdir -p "$HOME/mod/cache" && echo x > "$HOME/mod/cache/file"\nchmod -R a-w "$HOME"\n',
)
await chmod(program, 0o755)

const resolved = resolveContract({}, { file: null, directory: '/' })
const subject = { file: program, ...resolved, grammar: compileGrammar(resolved.contract.announce) }
const plan = {
  id: 'life',
  scenario: 'spec',
  instance: 0,
  conditions: BASELINE,
  launch: {},
} as const
const session = await openSession({ host: selectHost() })
const life = await Life.launch(session, subject, plan)
await life.exits(10_000)
const said: string[] = []
try {
  rmSync(join(life.sandbox.home, 'mod/cache/file'))
} catch {
  said.push('refused')
}
await life.end()
if (!existsSync(life.sandbox.root)) said.push('ended')
await session.close()
if (!existsSync(session.directory)) said.push('closed')
rmSync(program)
console.log(said.join(', '))
