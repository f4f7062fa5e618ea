#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { exitWith } from './exit.ts'

// Some hundred small modules are compiled at each start; Node can keep what it made of them. Not in its own default
// place, which is the temporary directory: nothing of ours is left there.
enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/sidecar-harness/compile'))

const HELP = `sidecar-harness: an integration test harness for sidecar binaries

Usage: sidecar-harness <command> [options]

  check [binary]   launch the binary, judge it clause by clause      exit 0 or 1
  build            build the binary that a contract describes

sidecar-harness <command> --help tells more.
Exit codes: 0 passed · 1 a clause failed · 2 wrong usage, contract or path ·
3 could not be judged or built · 130, 143 interrupted
`

type Command = (args: string[]) => Promise<number>

const COMMANDS: Record<string, () => Promise<Command>> = {
  check: async () => (await import('./check.ts')).check,
  build: async () => (await import('./build.ts')).build,
}

await exitWith(async () => {
  const [name, ...args] = process.argv.slice(2)
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const asked = name !== undefined
    ;(asked ? process.stdout : process.stderr).write(HELP)
    return asked ? 0 : 2
  }
  if (name === '--version') {
    const { version } = await import('./version.ts')
    process.stdout.write(`${version}\n`)
    return 0
  }
  // An object also answers to `constructor`.
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (load === undefined) {
    const { UsageError } = await import('./usage.ts')
    const { suggest } = await import('../text/nearest.ts')
    throw new UsageError(`There is no command "${name}". ${suggest(name, Object.keys(COMMANDS))}`)
  }
  const command = await load()
  return command(args)
})
