import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nativeFaults } from '../../../fixtures/native/make.ts'
import { CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'
import { needsCompiler } from './native.ts'

needsCompiler()

const SOURCES = join(import.meta.dirname, '../../../fixtures/native')

describe('the sources of the native sidecar', () => {
  it('are C11 without a warning', async () => {
    const sources = (await readdir(SOURCES)).filter(name => name.endsWith('.c'))
    const objects = await mkdtemp(join(tmpdir(), 'native-objects-'))
    onTestFinished(() => rm(objects, { recursive: true }))
    // Optimized: some warnings need to know where values come from.
    const flags = ['-std=c11', '-pedantic', '-O2', '-Wall', '-Wextra', '-Wshadow', '-Werror', '-c']
    const run = promisify(execFile)(
      process.env.CC || 'cc',
      [...flags, ...sources.map(name => join(SOURCES, name))],
      { cwd: objects },
    )
    expect(await run).toEqual({ stdout: '', stderr: '' })
  })

  it('have a switch for clauses that exist', async () => {
    const faults = await nativeFaults()
    expect(faults.length).toBeGreaterThan(20)
    expect(faults.filter(({ breaks }) => !(CLAUSE_IDS as readonly string[]).includes(breaks))).toEqual([])
  })

  it('have a switch for each fault that the README tells of, and no other', async () => {
    const readme = await readFile(join(SOURCES, 'README.md'), 'utf8')
    const told = [...readme.matchAll(/^\| `([\w-]+)` /gm)].map(([, name]) => name)
    expect(told).toEqual((await nativeFaults()).map(({ name }) => name))
  })
})
