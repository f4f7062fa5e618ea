/** Projects as the users of the Vitest face have them, in directories of their own, and their runs of Vitest. */

import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { execa } from 'execa'
import { test as base, type TestAPI } from 'vitest'
import { nodeShebang } from '../../../fixtures/shebang.ts'
import { hostTriple, withTriple } from '../../../harness/build/triple.ts'
import { endProcess, processesWith } from '../life/processes.ts'

const ROOT = join(import.meta.dirname, '../../..')
const EXAMPLE = join(ROOT, 'fixtures/project')
export const VITEST: string = join(ROOT, 'node_modules/vitest/vitest.mjs')

export interface Project {
  readonly directory: string
  /** The example's sidecar, where its contract says that it is. */
  readonly binary: string
  /** The same, from the project's directory. */
  readonly binaryName: string
  /** Writes a file, or replaces it. */
  write(path: string, text: string): Promise<void>
  remove(path: string): Promise<void>
  /** Changes the sidecar's source, and its binary with it. */
  changeSidecar(...replacements: readonly (readonly [from: string, to: string])[]): Promise<void>
  /** `vitest run` in it. */
  run(args?: readonly string[], env?: Record<string, string>): Promise<Ran>
}

export interface Ran {
  readonly code: number | undefined
  readonly output: string
}

/** What a Vitest of its own needs on a machine that is busy, with a launch or two. */
export const RUN_MS = 90_000

/** Of the example project, as it stands. */
export const CONTRACT: string = `import { defineContract } from 'sidecar-harness'
export default defineContract({
  name: 'notes',
  binary: 'binaries/notes',
})
`

/** A test with projects of its own: copies of the example. What is left of them when it is over is ended. */
export const test: TestAPI<{ makeProject: () => Promise<Project> }> = base.extend<{
  makeProject: () => Promise<Project>
}>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern what a fixture needs.
  async makeProject({}, use) {
    const parent = await mkdtemp(join(tmpdir(), 'project-'))
    let projects = 0
    try {
      await use(() => makeProject(join(parent, String(++projects))))
    } finally {
      for (const pid of processesWith(parent)) endProcess(pid)
      await rm(parent, { recursive: true, maxRetries: 5 })
    }
  },
})

async function makeProject(directory: string): Promise<Project> {
  await cp(EXAMPLE, directory, { recursive: true })
  await mkdir(join(directory, 'node_modules'))
  await symlink(ROOT, join(directory, 'node_modules/sidecar-harness'))
  await symlink(join(ROOT, 'node_modules/vitest'), join(directory, 'node_modules/vitest'))
  await writeFile(join(directory, 'package.json'), '{ "type": "module", "private": true }\n')
  const binary = withTriple(join(directory, 'binaries/notes'), hostTriple())
  await mkdir(join(directory, 'binaries'))
  const source = await readFile(join(directory, 'src/notes.mjs'), 'utf8')
  await writeFile(binary, asProgram(source), { mode: 0o755 })
  const temporary = join(directory, 'tmp')
  await mkdir(temporary)
  return {
    directory,
    binary,
    binaryName: relative(directory, binary),
    write: (path, text) => writeFile(join(directory, path), text),
    remove: path => rm(join(directory, path)),
    async changeSidecar(...replacements) {
      const changed = replacements.reduce((text, [from, to]) => {
        if (!text.includes(from)) throw new Error(`the example's sidecar has no ${from}`)
        return text.replace(from, to)
      }, source)
      await writeFile(binary, asProgram(changed))
    },
    async run(args = [], env = {}) {
      const { exitCode, all } = await execa(process.execPath, [VITEST, 'run', ...args], {
        cwd: directory,
        extendEnv: false,
        env: { ...ownVariables(), TMPDIR: temporary, ...env },
        all: true,
        reject: false,
        timeout: RUN_MS,
      })
      return { code: exitCode, output: all }
    },
  }
}

/** A script that the system can launch. */
function asProgram(source: string): string {
  return `${nodeShebang(process.execPath)}\n${source}`
}

/** Those of whoever runs these specs, without what Vitest tells its workers. */
export function ownVariables(): Record<string, string> {
  const entries = Object.entries({ ...process.env, NO_COLOR: '1' }).filter(
    (entry): entry is [string, string] => !/^(VITEST|NODE_ENV|TEST$|SIDECAR_BINARY|CI$)/.test(entry[0]),
  )
  return Object.fromEntries(entries)
}
