import { execFile } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { OURS } from '../targets.ts'
import { type Comparison, type Setting, type Side, sideOf, type Topic } from '../topic.ts'
import { takeTurns } from '../turns.ts'
import { DIST } from '../ways/harness.ts'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../../..')
const CLI = join(DIST, 'cli.js')

const NOTHING = 'node -e 0'

/** What is run, and what it has to say. */
interface Command {
  readonly args: readonly string[]
  readonly says: RegExp
}

const COMMANDS: Readonly<Record<string, Command>> = {
  [NOTHING]: { args: ['-e', '0'], says: /^$/ },
  [`${OURS} --help`]: { args: [CLI, '--help'], says: /^sidecar-harness: / },
  [`${OURS} check --list`]: { args: [CLI, 'check', '--list'], says: /^\S artifact\/executable /m },
  [`import('${OURS}')`]: {
    args: [
      '--input-type=module',
      '--eval',
      `console.log(typeof (await import('${pathToFileURL(join(DIST, 'index.js'))}')).launch)`,
    ],
    says: /^function$/m,
  },
}

/** What the package costs before it does anything: a whole process each time, and the face for specs in a worker. */
export const start: Topic = {
  name: 'start',
  what: 'the start of the built command, and of imports, against a Node that does nothing',
  measure: async ({ rounds, workshop }: Setting) => {
    const contenders = Object.entries(COMMANDS).map(([name, command]) => ({
      name,
      run: () => timeCommand(command),
    }))
    const taken = await takeTurns(contenders, rounds)
    return [
      { what: 'own start', unit: 'ms', base: NOTHING, sides: taken.map(each => sideOf(each, 'ms')) },
      await compareFaces(rounds, workshop.directory),
    ]
  },
}

async function timeCommand({ args, says }: Command): Promise<{ ms: number }> {
  const startedAtMs = performance.now()
  const { stdout } = await run(process.execPath, args, { cwd: ROOT })
  const ms = performance.now() - startedAtMs
  if (!says.test(stdout))
    throw new Error(`node ${args.join(' ')} said something else: ${stdout.split('\n', 1)}`)
  return { ms }
}

/** The face for specs cannot be loaded without Vitest: its own share is timed where it is used. */
async function compareFaces(rounds: number, directory: string): Promise<Comparison> {
  const name = `import('${OURS}/vitest')`
  const project = await mkdtemp(join(directory, 'vitest-'))
  const spec = `import { test } from 'vitest'
const startedAtMs = performance.now()
await import(${JSON.stringify(join(DIST, 'vitest.js'))})
console.log('took', performance.now() - startedAtMs)
test('is loaded', () => {})
`
  // A file each: what a worker has loaded is there for the next one only where files are not isolated.
  const files = Array.from({ length: rounds }, (_, round) => join(project, `${round}.test.js`))
  await Promise.all(files.map(file => writeFile(file, spec)))
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', '--root', project, '--maxWorkers', '1']
  const env = { ...process.env, NO_COLOR: '1' }
  const { stdout } = await run(process.execPath, args, { cwd: ROOT, env })
  const samples = [...stdout.matchAll(/^took ([\d.]+)/gm)].map(([, ms]) => Number(ms))
  if (samples.length !== rounds) throw new Error(`${samples.length} of ${rounds} spec files told a time`)
  const side: Side = { name, samples }
  return { what: 'own start, in a worker of Vitest', unit: 'ms', base: null, sides: [side] }
}
