import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { until } from '../life/until.ts'
import { test } from './command.ts'

/* Exit codes where something ends that nobody thought of: a build goes on only if they are right. */

describe.concurrent('the exit code', () => {
  test('is that of the verdict when whoever reads the report has read enough', async ({ place }) => {
    await place.write('empty', '', 0o755)
    const running = place.start(['check', 'empty'])
    running.stdout.destroy()

    const { exitCode, stderr } = await running

    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
  })

  test('is 3, with the reason, when stdout cannot take the report; the others are written', async ({
    place,
    skip,
  }) => {
    skip(!existsSync('/dev/full'), 'there is no /dev/full')
    await place.write('empty', '', 0o755)

    const { exitCode, stderr } = await place.start(['check', 'empty', '--reporter', 'json=gate.json'], {
      through: ['/bin/sh', '-c', 'exec "$@" > /dev/full', 'sh'],
    })

    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: 'stdout could not be written: ENOSPC: no space left on device, write\n',
    })
    expect(JSON.parse(readFileSync(join(place.directory, 'gate.json'), 'utf8'))).toMatchObject({ schema: 1 })
  })

  test.for([
    [
      'throws when nobody expects it any more',
      `setTimeout(() => { throw new Error('too late') }, 0)
       await new Promise(() => {})`,
      /^This is a fault of the harness, or of the machine, and .*:\nError: too late\n/,
    ],
    ['never comes to an end', 'await new Promise(() => {})', /^It ended before there was a verdict: /m],
    ['ends the process', 'process.exit(0)', /^It ended before there was a verdict: /m],
  ] as const)('is 3, and never 0 or 1, for a contract that %s', async ([, source, said], { place }) => {
    await place.write('empty', '', 0o755)
    await place.write('sidecar.config.mjs', `${source}\nexport default {}\n`)

    const { code, stdout, stderr } = await place.run('check', 'empty', '--config', 'sidecar.config.mjs')

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(said)
  })

  test('comes at once, though a contract has left something running', async ({ place }) => {
    await place.write('empty', '', 0o755)
    await place.write('sidecar.config.mjs', 'setInterval(() => {}, 1000)\nexport default {}\n')

    const { code, stdout } = await place.run('check', 'empty', '--config', 'sidecar.config.mjs')

    expect(code).toBe(1)
    expect(stdout).toMatch(/^fail {5}\d+ pass, 1 fail, .*\b\d+ blocked; took /m)
  })

  test('is 3, in one sentence, when the machine shows no processes; what was launched is gone', async ({
    place,
    skip,
  }) => {
    const hidden = spawnSync('/bin/sh', ['-c', 'command -v ps'], { encoding: 'utf8' }).stdout.trim()
    const hide = [
      'unshare',
      '-m',
      'sh',
      '-c',
      `mount --bind /dev/null '${hidden}' && exec "$@"`,
      'sh',
    ] as const
    const [command, ...args] = hide
    const isPossible =
      hidden !== '' && spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0
    skip(!isPossible, 'ps can be hidden by root alone, with unshare')
    // One that cannot be asked to stop, so that it has to be killed with no table to find it in.
    const sidecar = await place.write(
      'sidecar',
      `#!/bin/sh\ntrap '' TERM\necho $$ > '${place.directory}/pid'\nwhile :; do sleep 1; done\n`,
      0o755,
    )
    await place.write('contract.json', JSON.stringify({ budgets: { readyMs: 300 } }))

    const { exitCode, stdout, stderr } = await place.start(
      ['check', sidecar, '--host', 'posix', '--config', 'contract.json'],
      { through: hide },
    )

    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
    expect(stderr).toMatch(/^ps is needed to look at processes and cannot be found: [^\n]+\n$/)
    await until(() => place.leftovers().length + place.alive().length === 0, 'the reaper has been here')
  })
})
