import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeAll, describe, expect, test } from 'vitest'

/* Why the built package starts as quickly as it does. How quickly depends on the machine; what it reads does not. */

const ROOT = join(import.meta.dirname, '../..')
const CLI = join(ROOT, 'dist/cli.js')
/** tsdown, on a machine that is busy. */
const BUILD_MS = 60_000

beforeAll(() => execa(join(ROOT, 'node_modules/.bin/tsdown'), { cwd: ROOT }), BUILD_MS)

const TELL_FILES = `
  import { registerHooks } from 'node:module'
  const loaded = []
  registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context) } })
  process.on('exit', () => process.stderr.write(JSON.stringify(loaded)))`

/** The files that Node reads as modules for a command. */
async function filesOf(...args: string[]): Promise<readonly string[]> {
  const { stderr } = await execa(process.execPath, ['--import', asModule(TELL_FILES), CLI, ...args], {
    cwd: ROOT,
  })
  return (JSON.parse(stderr) as string[]).filter(url => url.startsWith('file:'))
}

function asModule(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`
}

describe('before it does anything, a command reads a handful of files', () => {
  // The program, what every command begins with, what check begins with, and the name under which that is loaded; leven.
  test.each([
    [['--help'], 2],
    [['check', '--list'], 5],
  ])('%j', async (args, most) => {
    expect((await filesOf(...args)).length).toBeLessThanOrEqual(most)
  })
})

test("no module of Node's is loaded whole for a function of it", async () => {
  const names = (await readdir(join(ROOT, 'dist'))).filter(name => name.endsWith('.js'))
  const texts = await Promise.all(names.map(name => readFile(join(ROOT, 'dist', name), 'utf8')))
  const importing = names.filter((_, index) => /^import .* from "node:/m.test(texts[index] ?? ''))
  expect(importing).toEqual([])
  // Of types there is no other way.
  const declarations = await readFile(join(ROOT, 'dist/index.d.ts'), 'utf8')
  expect(declarations).toMatch(/^import .* from "node:/m)
  expect(declarations).not.toContain('getBuiltinModule')
})

test('a Node without process.getBuiltinModule is told that it is too old', async () => {
  const older = `
    delete Object.getPrototypeOf(process).getBuiltinModule
    delete process.getBuiltinModule
    Object.defineProperty(process.versions, 'node', { value: '20.15.0' })`
  const args = ['--import', asModule(older), CLI, 'check', '--list']
  const { exitCode, stderr } = await execa(process.execPath, args, { cwd: ROOT, reject: false })
  expect(stderr).toMatch(/^sidecar-harness needs Node [\d.]+ or newer, and this is 20\.15\.0 /)
  expect(exitCode).toBe(3)
})
