import { readFileSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { REPORTER_NAMES } from '../../../harness/cli/reporters.ts'
import { test } from './command.ts'

const MANIFEST = new URL('../../../package.json', import.meta.url)

describe.concurrent('help', () => {
  test.for([
    [['--help'], 'Usage: sidecar-harness <command> [options]'],
    [['-h'], 'Usage: sidecar-harness <command> [options]'],
    [['help'], 'Usage: sidecar-harness <command> [options]'],
    [['check', '--help'], 'Usage: sidecar-harness check [binary] [options]'],
    [['check', 'not-there', '-h'], 'Usage: sidecar-harness check [binary] [options]'],
    [['debug', '--help'], 'Usage: sidecar-harness debug [binary] [options] [-- arguments of the sidecar]'],
    [['build', '--help'], 'Usage: sidecar-harness build [options]'],
  ] as const)('%j is answered on stdout, with 0', async ([args, usage], { place }) => {
    const { code, stdout, stderr } = await place.run(...args)

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`\n${usage}\n`)
    expect(stdout).not.toContain('\u001B')
  })

  test.for(['check', 'debug', 'inspect'])('of %s names each of its options', async (command, { place }) => {
    const { stdout } = await place.run(command, '--help')

    const named = [...stdout.matchAll(/^ {2}(--[a-z-]+) /gm)].map(([, option]) => option)
    // Everything that the option parser knows, but for --help itself.
    const { stderr } = await place.run(command, 'x', '--xyzzyxyzzy')
    const [, known = ''] = /Known are: (.*), --help\./.exec(stderr) ?? []
    expect(known).toContain('--config')
    expect(named.toSorted()).toEqual(known.split(', ').toSorted())
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThan(110)
  })

  test.for(['check', 'debug', 'build', 'init', 'inspect'])(
    'of %s shows it in use',
    async (command, { place }) => {
      const { stdout } = await place.run(command, '--help')

      expect(stdout).toMatch(/^Examples:$/m)
      expect(stdout).toMatch(new RegExp(`^  .*\\bsidecar-harness ${command}\\b`, 'm'))
    },
  )

  test('of check names each reporter', async ({ place }) => {
    const { stdout } = await place.run('check', '--help')

    for (const reporter of REPORTER_NAMES) expect(stdout).toMatch(new RegExp(`^ {26}${reporter} +\\S`, 'm'))
  })

  test('gives the version, and nothing else', async ({ place }) => {
    const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8'))

    expect(await place.run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})
