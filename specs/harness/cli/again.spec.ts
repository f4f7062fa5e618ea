import { expect } from 'vitest'
import { ANNOUNCE, HEALTHY_SERVER } from '../life/programs/servers.ts'
import { test } from './command.ts'

/** On Ctrl-C alone it leaves a process behind, which is in no group of its own, and ends a minute later by itself. */
const LEAVES_ONE_ON_SIGINT = `${HEALTHY_SERVER}${ANNOUNCE}
  process.once('SIGINT', () => {
    require('node:child_process').spawn('sleep', ['60'], { stdio: 'ignore' }).unref()
    process.exit(0)
  })`

test.skipIf(process.platform === 'win32')(
  'the command that a report prints for a clause has the life again in which it failed',
  { timeout: 60_000 },
  async ({ place }) => {
    await place.write('backend', `#!${process.execPath}\n${LEAVES_ONE_ON_SIGINT}\n`, 0o755)
    const { code, stdout } = await place.run('check', 'backend', '--only', 'stop/sigint,stop/no-orphans')
    const [, only = ''] =
      /again +npx --no-install sidecar-harness check backend --only (\S*no-orphans\S*)/.exec(stdout) ?? []
    expect({ code, only }, stdout).toEqual({ code: 1, only: 'stop/no-orphans,stop/sigint' })

    const again = await place.run('check', 'backend', '--only', only)
    expect(again.code, again.stdout).toBe(1)
    expect(again.stdout).toContain('stop/no-orphans')
  },
)
