import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { compileGrammar } from '../../../harness/contract/announcement.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { findWriteBarrier } from '../../../harness/host/unprivileged.ts'
import { install, MissingFileError } from '../../../harness/life/installation.ts'
import { rawText, type Stage, test, theEvent } from './stage.ts'
import { PATIENCE_MS } from './until.ts'

function subjectOf(file: string, files: string[] = []) {
  const resolved = resolveContract({ files }, { file: null, directory: '/' })
  return { file, ...resolved, grammar: compileGrammar(resolved.contract.announce) }
}

async function said(
  stage: Stage,
  file: string,
  kind: 'odd path' | 'read-only directory',
  files: string[] = [],
) {
  const installed = await install(stage.session, subjectOf(file, files), kind)
  if ('impossible' in installed) throw new Error(installed.impossible)
  const life = await stage.launch(file, { files }, { launch: { installed, directory: installed.directory } })
  expect(await life.exits(PATIENCE_MS)).toBe(true)
  expect(theEvent(life, 'exit')).toMatchObject({ code: 0 })
  return { text: rawText(life, 'stdout'), installed }
}

describe('a sidecar that is installed in another place', () => {
  test('is launched from there, with what belongs to it beside it', async ({ stage }) => {
    await mkdir(join(stage.directory, 'models/small'), { recursive: true })
    await writeFile(join(stage.directory, 'models/small/weights'), 'heavy')
    await writeFile(join(stage.directory, 'notes.txt'), 'notes')
    await symlink('notes.txt', join(stage.directory, 'link'))
    const program = await stage.shell('cd "$(dirname "$0")" && pwd && cat models/small/weights notes.txt')

    const { text, installed } = await said(stage, program, 'odd path', ['models', 'notes.txt'])

    expect(text).toBe(`${installed.directory}\nheavynotes`)
    expect(installed.directory).toMatch(/Björn's Äpp 例\/my sidecar$/)
  })

  test('names what the contract lists and nobody has', async ({ stage }) => {
    const program = await stage.shell('exit 0')

    await expect(install(stage.session, subjectOf(program, ['modles']), 'odd path')).rejects.toThrow(
      MissingFileError,
    )
  })

  test('cannot write beside itself where that is a read-only directory, whoever the harness is', async ({
    stage,
    skip,
  }) => {
    const barrier = await findWriteBarrier(stage.directory)
    skip(barrier.kind === 'none', 'the right to write cannot be taken away here')
    const program = await stage.shell(
      '(: > "$(dirname "$0")/state") 2> /dev/null && echo wrote || echo refused',
    )

    expect((await said(stage, program, 'read-only directory')).text).toBe('refused\n')
  })
})
