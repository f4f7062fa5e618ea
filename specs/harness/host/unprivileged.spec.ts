import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import {
  type Command,
  findWriteBarrier,
  tryBarriers,
  type WithoutWriting,
  type WrapperName,
} from '../../../harness/host/unprivileged.ts'

const IS_ROOT = process.geteuid?.() === 0

/** Where these can be used, asked without the harness's help: it must not find that they are of no use. */
const CAN: Record<WrapperName, boolean> = {
  // CAP_SETPCAP and CAP_SYS_ADMIN of capability(7).
  setpriv: hasCapability(8) && isInstalled('setpriv', '--bounding-set=-dac_override', 'true'),
  unshare: hasCapability(21) && isInstalled('unshare', '-m', 'true') && isInstalled('mount'),
}

const ONLY_SETPRIV = 'only root with setpriv can lose privileges'

const MODES_ASKER = join(import.meta.dirname, 'programs/modes-asker.ts')

describe.skipIf(process.platform === 'win32')('findWriteBarrier', () => {
  test('finds what keeps a program from writing, whoever runs this', async ({ skip }) => {
    const barrier = await findWriteBarrier(tmpdir())
    if (barrier.kind === 'none') return skip(barrier.reason)
    const directory = await makeDirectory(0o555)

    const { said } = await run(barrier.apply(tryToWrite(directory), [directory]))

    expect(said).toBe('refused\n')
    expect(readdirSync(directory)).toEqual([])
  })

  test('tries once in a process', () => {
    expect(findWriteBarrier(tmpdir())).toBe(findWriteBarrier(tmpdir()))
  })

  test.skipIf(IS_ROOT)('needs nothing for a user to whom modes apply', async () => {
    expect((await findWriteBarrier(tmpdir())).kind).toBe('modes')
  })

  test('needs nothing for a root that has lost its privileges, as in many containers', ({ skip }) => {
    skip(!CAN.setpriv, ONLY_SETPRIV)

    expect(askWithout('dac_override')).toEqual({ kind: 'modes' })
  })

  test('says why nothing helps', ({ skip }) => {
    skip(!CAN.setpriv, ONLY_SETPRIV)

    expect(askWithout('setpcap,-sys_admin')).toEqual({
      kind: 'none',
      reason: expect.stringMatching(/^Directory modes .* \(setpriv: .+; unshare: .*not permitted\)\.$/),
    })
  })

  test('leaves nothing behind', async () => {
    const directory = await makeDirectory(0o755)

    const { status } = spawnSync(process.execPath, [MODES_ASKER], { env: { TMPDIR: directory } })

    expect({ status, left: readdirSync(directory) }).toEqual({ status: 0, left: [] })
  })
})

describe.skipIf(!IS_ROOT).each(['setpriv', 'unshare'] as WrapperName[])('%s', name => {
  let apply: WithoutWriting

  beforeEach(async ({ skip }) => {
    skip(!CAN[name], 'it is not installed, or this root has lost its privileges')
    const barrier = await tryBarriers([name], tmpdir())
    expect(barrier).toMatchObject({ kind: name })
    if (barrier.kind !== 'none') apply = barrier.apply
  })

  test('keeps root from writing to a directory of its own that nobody may write to', async () => {
    const [closed, open] = [await makeDirectory(0o555), await makeDirectory(0o755)]

    expect(await run(tryToWrite(closed))).toMatchObject({ said: 'written\n' })
    for (const file of readdirSync(closed)) await rm(join(closed, file))
    expect(await run(apply(tryToWrite(closed), [closed]))).toMatchObject({ said: 'refused\n' })
    expect(readdirSync(closed)).toEqual([])
    expect(await run(apply(tryToWrite(open), [closed]))).toMatchObject({ said: 'written\n' })
  })

  test('keeps the pid, and hands on arguments, exit code and environment as they are', async () => {
    const [directory, other] = [await makeDirectory(0o555, "it's a 'place'"), await makeDirectory(0o555)]
    const script = 'echo $$; printf "<%s>" "$@"; printf %s "$ONLY"; exit 3'
    const command = { file: '/bin/sh', args: ['-c', script, 'sh', '--', 'a b', '', "'$HOME'", '-x'] }

    const outcome = await run(apply(command, [directory, other]), { ONLY: 'this' })

    expect(outcome).toEqual({
      code: 3,
      said: `${outcome.pid}\n<--><a b><><'$HOME'><-x>this`,
      pid: outcome.pid,
    })
  })

  test('leaves the right to read what is in a home of somebody else', async () => {
    const directory = await makeDirectory(0o555)
    const home = await makeDirectory(0o700)
    writeFileSync(join(home, 'file'), 'read')
    spawnSync('chown', ['-R', '65534', home])

    const { said } = await run(apply({ file: '/bin/cat', args: [join(home, 'file')] }, [directory]))

    expect(said).toBe('read')
  })

  test('leaves no trace of it outside', async () => {
    const directory = await makeDirectory(0o755)
    await run(apply({ file: '/bin/sh', args: ['-c', ':'] }, [directory]))

    writeFileSync(join(directory, 'ours'), '')
    expect(readdirSync(directory)).toEqual(['ours'])
  })
})

function tryToWrite(directory: string): Command {
  const script = 'if (: > "$1/$$") 2> /dev/null; then echo written; else echo refused; fi'
  return { file: '/bin/sh', args: ['-c', script, 'sh', directory] }
}

async function run({ file, args }: Command, env: NodeJS.ProcessEnv = {}) {
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { said, code: code as number | null, pid: child.pid }
}

async function makeDirectory(mode: number, name = 'place'): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'unprivileged-'))
  onTestFinished(() => rm(parent, { recursive: true }))
  const directory = join(parent, name)
  mkdirSync(directory)
  chmodSync(directory, mode)
  // Modes of what is above it must not be in the way of who has lost the right to pass.
  chmodSync(parent, 0o755)
  return directory
}

/** What a harness says that runs as root without these capabilities. */
function askWithout(capabilities: string): unknown {
  const bounds = [`--bounding-set=-${capabilities}`, '--inh-caps=-all']
  const { stdout } = spawnSync('setpriv', [...bounds, process.execPath, MODES_ASKER], { encoding: 'utf8' })
  return JSON.parse(stdout)
}

function hasCapability(bit: number): boolean {
  if (process.platform !== 'linux') return false
  const [, effective = '0'] = /^CapEff:\s+(\w+)$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? []
  return ((BigInt(`0x${effective}`) >> BigInt(bit)) & 1n) === 1n
}

function isInstalled(tool: string, ...args: string[]): boolean {
  return spawnSync(tool, args, { stdio: 'ignore' }).status === 0
}
