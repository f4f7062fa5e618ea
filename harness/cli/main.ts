#!/usr/bin/env node
import { keepCompiled } from './compile-cache.ts'
import { exitWith } from './exit.ts'
import { requireNode } from './node-version.ts'

const HELP = `sidecar-harness: an integration test harness for sidecar binaries

Usage: sidecar-harness <command> [options]

  check [binary]   launch the binary, judge it clause by clause      exit 0 or 1
  debug [binary]   launch it once, watched closely, and say what is wrong with it
  replay DIR       judge again what check --artifacts has recorded
  compare OLD NEW  what changed between two binaries, or two recordings
  bench [binary]   how quick it is and what it needs; whether it became worse than its baseline
  inspect FILE…    what a file is, what it needs and what is wrong with it; nothing is launched
  build            build the binary that a contract describes
  init             add a contract file, a spec and a CI workflow to a project

sidecar-harness <command> --help tells more.
Exit codes: 0 passed · 1 a clause failed · 2 wrong usage, contract or path ·
3 could not be judged or built · 130, 143 interrupted
`

type Command = (args: string[]) => Promise<number>

const COMMANDS: Record<string, () => Promise<Command>> = {
  check: async () => (await import('./check.ts')).check,
  debug: async () => (await import('./debug.ts')).debug,
  replay: async () => (await import('./replay.ts')).replay,
  compare: async () => (await import('./compare.ts')).compare,
  bench: async () => (await import('./bench.ts')).bench,
  inspect: async () => (await import('./inspect.ts')).inspect,
  build: async () => (await import('./build.ts')).build,
  init: async () => (await import('./init.ts')).init,
}

await exitWith(async () => {
  requireNode()
  keepCompiled()
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
