import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, rename, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe } from 'vitest'
import { Deadline } from '../../../harness/life/deadline.ts'
import { ownVariables, type Project, RUN_MS, test, VITEST } from './projects.ts'

/* `sidecar-harness/vitest/global-setup`: the binaries before the tests, and the tests after the binaries. */

const FACE = "import { expect, inject, test } from 'vitest'\n"

describe.concurrent('the global setup', { timeout: RUN_MS }, () => {
  test('hands the binary of each contract to the tests', async ({ makeProject, expect }) => {
    const project = await makeProject()
    await project.write(
      'sidecar.config.ts',
      "export default ['one', 'two'].map(name => ({ name, binary: 'binaries/notes' }))",
    )
    await project.write(
      'specs/notes.spec.ts',
      `${FACE}test('it', () => { expect(inject('sidecarHarness')).toEqual('shown') })`,
    )
    const { output } = await project.run(['specs/notes'])

    const { directory, binary } = project
    expect(output).toContain(`"attachmentsDirectory": "${directory}/.vitest/attachments"`)
    expect(output).toContain(`"${directory}/sidecar.config.ts#one": "${binary}"`)
    expect(output).toContain(`"${directory}/sidecar.config.ts#two": "${binary}"`)
    expect(output).toContain(`"config": "${directory}/sidecar.config.ts"`)
  })

  test('is not needed: without it whoever needs the binary first finds it', async ({
    makeProject,
    expect,
  }) => {
    const project = await makeProject()
    await project.write('vitest.config.ts', 'export default {}\n')
    const { output } = await project.run(['specs/notes'])

    expect(output).toMatch(/Tests {2}7 passed \(7\)/)
  })

  test('says of a contract that is wrong what is wrong, and no test runs', async ({
    makeProject,
    expect,
  }) => {
    const project = await makeProject()
    await project.write('sidecar.config.ts', "export default { biary: 'binaries/notes' }")
    const { output, code } = await project.run(['specs/notes'])

    expect(output).toContain('biary: there is no such key. Did you mean "binary"?')
    expect(output).not.toMatch(/Tests {2}/)
    expect(code).toBe(1)
  })
})

/** Four runs in a row. */
const WATCHED_MS = 120_000
/** Far beyond what a run takes on a busy machine. */
const RUN_OVER_MS = 45_000

/** `vitest --watch`, and what it says. */
class Watching {
  readonly #child: ChildProcess
  #told = ''
  #onTold: () => void = () => {}

  constructor({ directory }: Project) {
    this.#child = spawn(process.execPath, [VITEST, '--watch'], {
      cwd: directory,
      env: { ...ownVariables(), TMPDIR: join(directory, 'tmp') },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', chunk => {
        this.#told += chunk
        this.#onTold()
      })
    }
  }

  /**
   * What it says until it waits for changes again. Of the first run, or of one that changed binaries caused: who edits
   * the harness itself meanwhile causes others.
   */
  async run(cause = /DEV|RERUN {2}binaries/): Promise<string> {
    const runs = new Promise<string>(resolve => {
      this.#onTold = () => {
        const [over] = /^(?:.|\n)*?(?:Waiting|Watching) for file changes/.exec(this.#told) ?? []
        if (over === undefined) return
        this.#told = this.#told.slice(over.length)
        if (cause.test(over)) resolve(over)
        else this.#onTold()
      }
      this.#onTold()
    })
    if (!(await new Deadline(RUN_OVER_MS).before(runs))) throw new Error(`no run is over: ${this.#told}`)
    return runs
  }

  async end(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await ended
  }
}

const ONE = "import { test } from 'sidecar-harness/vitest'\ntest('it', ({ sidecar }) => {})\n"

describe.concurrent('where Vitest watches', { timeout: WATCHED_MS }, () => {
  test('a binary that changes runs those files again that launch it: touched, replaced, or written anew', async ({
    makeProject,
    expect,
  }) => {
    const project = await makeProject()
    await project.write('specs/notes.spec.ts', ONE)
    await project.remove('specs/contract.spec.ts')
    await project.write('specs/plain.spec.ts', "import { test } from 'vitest'\ntest('plain', () => {})\n")
    // As in the templates for Tauri: what Vite watches itself has no part in this.
    await project.write(
      'vitest.config.ts',
      `export default {
        server: { watch: { ignored: ['**/binaries/**'] } },
        test: { globalSetup: 'sidecar-harness/vitest/global-setup' },
      }`,
    )
    const { binary } = project
    const watching = new Watching(project)
    try {
      expect(await watching.run()).toMatch(/Test Files {2}2 passed \(2\)/)
      const again =
        /RERUN {2}binaries\/notes-\S+ x\d(?:.|\n)*✓ specs\/notes\.spec\.ts(?:.|\n)*Test Files {2}1 passed \(1\)/

      await utimes(binary, new Date(), new Date())
      expect(await watching.run()).toMatch(again)

      await copyFile(binary, `${binary}.new`)
      await rename(`${binary}.new`, binary)
      expect(await watching.run()).toMatch(again)

      await project.changeSidecar(['process.exit(0)', 'process.exit(3)'])
      expect(await watching.run()).toMatch(/SidecarStopError: notes did not end as it should/)
    } finally {
      await watching.end()
    }
  })

  test('a test that fails for want of a binary runs again when it is there', async ({
    makeProject,
    expect,
  }) => {
    const project = await makeProject()
    await project.remove('specs/contract.spec.ts')
    await project.write('specs/notes.spec.ts', ONE)
    const source = `${project.binary}.kept`
    await rename(project.binary, source)
    const watching = new Watching(project)
    try {
      expect(await watching.run()).toMatch(/does not exist/)

      await rename(source, project.binary)
      expect(await watching.run()).toMatch(/Test Files {2}1 passed \(1\)/)
    } finally {
      await watching.end()
    }
  })
})
