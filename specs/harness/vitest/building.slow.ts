import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe } from 'vitest'
import { RUN_MS, test } from './projects.ts'

/* A sidecar that is built from sources: before the tests, once, and not in the time of any. */

const BUILT = `export default { name: 'notes', binary: 'binaries/notes', build: { entry: 'src/notes.mjs' } }\n`
/** A build, and two runs. */
const TIMEOUT_MS = 2 * RUN_MS

describe('a sidecar that is built', { timeout: TIMEOUT_MS }, () => {
  test('is built by the global setup, and not again where nothing has changed', async ({
    makeProject,
    expect,
  }) => {
    const project = await makeProject()
    await project.remove(project.binaryName)
    await project.write('sidecar.config.ts', BUILT)
    const first = await project.run(['specs/notes'])
    expect(first.output).toContain('notes: building …')
    expect(first.output).toMatch(/Tests {2}7 passed \(7\)/)

    const { mtimeMs } = await stat(project.binary)
    expect((await project.run(['specs/notes'])).code).toBe(0)
    expect((await stat(project.binary)).mtimeMs).toBe(mtimeMs)
  })

  test('is built by the first file that needs it where there is no global setup', async ({
    makeProject,
    expect,
  }) => {
    const project = await makeProject()
    await project.remove(project.binaryName)
    await project.write('sidecar.config.ts', BUILT)
    await project.write('vitest.config.ts', 'export default {}\n')
    const { output } = await project.run(['specs/notes'])

    expect(output).toMatch(/Tests {2}7 passed \(7\)/)
  })

  test('that cannot be built fails the tests that need it, with what the bundler says', async ({
    makeProject,
    expect,
  }) => {
    const project = await makeProject()
    await project.write('sidecar.config.ts', BUILT)
    await project.write('src/notes.mjs', "import './nowhere.mjs'\n")
    await project.write('vitest.config.ts', 'export default {}\n')
    await project.write(
      'specs/notes.spec.ts',
      `import { test } from 'sidecar-harness/vitest'
      test('needs it', ({ sidecar }) => void sidecar)
      test('needs nothing', () => {})`,
    )
    const { output } = await project.run(['specs/notes'])

    expect(output).toMatch(/Build\w*Error: .*\n(.*\n)*.*nowhere\.mjs/)
    expect(output).toMatch(/Tests {2}1 failed \| 1 passed \(2\)/)
    expect(await stat(join(project.directory, '.vitest')).catch(() => null)).toBeNull()
  })
})
