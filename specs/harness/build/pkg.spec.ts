import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type BaseNode, findBaseNode } from '../../../harness/build/base-node.ts'
import { BuildError } from '../../../harness/build/build.ts'
import { type PkgRequest, runPkg } from '../../../harness/build/by/pkg.ts'
import { underReaper } from '../../../harness/build/guard.ts'
import { BUILD_LIMIT_MS, makeWorkspace, rejectionOf } from './project.ts'

const code = Buffer.from('console.log(1)')

describe('what pkg says against a binary', { timeout: BUILD_LIMIT_MS }, () => {
  it('fails the build in its words, also when it is only a warning', async () => {
    const { output, base } = await request()
    // A file in the way is what pkg warns of and then overwrites.
    await writeFile(output, '')
    const error = await rejectionOf(makeBy({ base, output }))
    expect(error).toBeInstanceOf(BuildError)
    expect(error).toMatchObject({
      tool: 'pkg',
      file: output,
      lines: [`> Warning Executable ${output} already exists, will be overwritten`],
    })
  })

  it('fails the build in its words, with the exit code, when it gives up', async () => {
    const { output, base } = await request()
    const error = await rejectionOf(makeBy({ base, output: join(output, '\0') }))
    expect(error).toBeInstanceOf(BuildError)
    expect((error as BuildError).message).toMatch(/^pkg could not make the binary \(exit code 1\):\n/)
    expect((error as BuildError).message).toContain('Error while creating the executable')
  })

  it('says so when its Node cannot be started', async () => {
    const { output, base } = await request()
    const missing = { ...base, path: '/no/such/node' }
    const error = await rejectionOf(makeBy({ base: missing, output }))
    expect((error as BuildError).message).toMatch(/^pkg could not make the binary \(ENOENT\):/)
  })
})

function makeBy(given: Pick<PkgRequest, 'base' | 'output'>): Promise<void> {
  return underReaper(guard => runPkg({ code, name: 'app.cjs', guard, ...given }))
}

async function request(): Promise<{ output: string; base: BaseNode }> {
  const { path, remove } = await makeWorkspace()
  onTestFinished(remove)
  return { output: join(path, 'app'), base: await findBaseNode() }
}
