import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe } from 'vitest'
import { readRecording } from '../../../harness/recording/archive.ts'
import { RUN_MS, test } from './projects.ts'

/* describeContract in a project with a contract of its own; specs/harness/vitest-face.slow.ts has its options. */

const SIGNALS =
  "import { describeContract } from 'sidecar-harness/vitest'\ndescribeContract({ only: ['stop/sig*'] })\n"

describe.concurrent('describeContract', { timeout: RUN_MS }, () => {
  test('finds the contract of the project, and tells of what failed what the life did, and when', async ({
    makeProject,
    expect,
  }) => {
    const project = await makeProject()
    await project.changeSidecar(['process.exit(0)', 'process.exit(3)'])
    await project.write('specs/contract.spec.ts', SIGNALS)
    const { code, output } = await project.run(['specs/contract', '--reporter=verbose'])

    expect(output).toMatch(
      /ClauseFailure: stop\/sigint \(must\): .*\n +expected {2}.*\n +seen {6}it exited with code 3.*\n +when {6}.*\n( +.*\n)*\nWhat the sidecar did in the life stop-sigint, and when:\n +\+0\.0 ms +launch .*\n(.*\n)*.* SIGINT +sent.*\n(.*\n)*.* exit +code 3\n +recording {2}\S+/,
    )
    const [, kept = ''] = /recording {2}(\S+stop-sigint\S+)/.exec(output) ?? []
    const directory = join(project.directory, kept)
    expect((await readRecording(directory)).lives.map(({ scenario }) => scenario)).toContain('stop-sigint')
    expect(await readFile(join(directory, 'timeline.txt'), 'utf8')).toMatch(/exit +code 3/)
    // Attached, as Vitest's reporters know attachments.
    expect(output).toContain(`recording: ${kept}`)
    expect(code).toBe(1)
  })

  test('has a describe for each of several contracts, with its own binary', async ({
    makeProject,
    expect,
  }) => {
    const project = await makeProject()
    await project.write('specs/contract.spec.ts', SIGNALS)
    await project.write(
      'sidecar.config.ts',
      `export default [
        { name: 'one', binary: 'binaries/notes' },
        { name: 'two', binary: 'binaries/notes', stop: { signals: ['SIGINT'] } },
      ]`,
    )
    const { code, output } = await project.run(['specs/contract', '--reporter=verbose'])

    expect(output).toMatch(/✓ .* > one > stop\/sigterm: /)
    expect(output).toMatch(/✓ .* > two > stop\/sigint: /)
    expect(output).toMatch(/↓ .* > two > stop\/sigterm: .*\[the contract names no such way of stopping\]/)
    expect(code).toBe(0)
  })

  test('judges one of several where it is chosen, and does not hold one file to the promises of two', async ({
    makeProject,
    expect,
  }) => {
    const project = await makeProject()
    await project.write('sidecar.config.ts', "export default [{ name: 'one' }, { name: 'two' }]")
    const env = { SIDECAR_BINARY: project.binary }
    await project.write('specs/contract.spec.ts', SIGNALS)
    const all = await project.run(['specs/contract'], env)
    expect(all.output).toContain(`ChoiceError: SIDECAR_BINARY names one file, ${project.binary}. `)
    expect(all.output).toContain(
      "holds several contracts, one, two: choose one by describeContract({ sidecar: '…' }).",
    )
    expect(all.code).toBe(1)

    await project.write('specs/contract.spec.ts', SIGNALS.replace('{ only', "{ sidecar: 'two', only"))
    const one = await project.run(['specs/contract'], env)
    expect(one.output).toMatch(/Tests {2}2 passed \(2\)/)
  })
})
