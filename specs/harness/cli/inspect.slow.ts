import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect } from 'vitest'
import type { InspectionDocument } from '../../../harness/report/inspection-document.ts'
import { CPU_ARM64, CPU_X64, makeMachO } from '../artifact/headers.ts'
import { test } from './command.ts'

/* What inspect reads, refuses and holds files to; nothing is launched. */

const SCHEMA = new URL('../../../schema/inspection.schema.json', import.meta.url)
const validate = new Ajv2020().compile(JSON.parse(readFileSync(SCHEMA, 'utf8')))
const MACHO_NAME = 'backend-aarch64-apple-darwin'

/** The document, which has to be what the schema says. */
function read(stdout: string): InspectionDocument {
  const document: InspectionDocument = JSON.parse(stdout)
  expect(validate(document) ? null : validate.errors).toBeNull()
  return document
}

/** A program for Apple Silicon whose signature somebody has broken. */
function changedProgram(): Buffer {
  const sections = [{ segment: '__TEXT', name: '__const', content: Buffer.alloc(9000, 'content') }]
  const program = makeMachO(CPU_ARM64, { signed: { hardened: true }, sections, least: [13, 5] })
  program.write('other', program.indexOf('content', 6000))
  return program
}

describe.concurrent('inspect', () => {
  test('launches nothing', async ({ place }) => {
    const script = await place.write(
      'backend',
      `#!/bin/sh\ntouch ${join(place.directory, 'launched')}\n`,
      0o755,
    )

    const { code, stdout } = await place.run('inspect', script, '--json', '--verify')

    expect(code).toBe(0)
    expect(read(stdout).files).toMatchObject([{ format: 'script', interpreter: { path: '/bin/sh' } }])
    expect(() => readFileSync(join(place.directory, 'launched'))).toThrow(/ENOENT/)
    expect(place.leftovers()).toEqual([])
  })

  test('reads the whole of a file only where it is asked to, and finds what was changed', async ({
    place,
  }) => {
    await place.write(MACHO_NAME, changedProgram(), 0o755)

    const [quick, whole, told] = await Promise.all([
      place.run('inspect', MACHO_NAME, '--json'),
      place.run('inspect', MACHO_NAME, '--json', '--verify'),
      place.run('inspect', MACHO_NAME, '--verify'),
    ])

    expect(read(quick.stdout).files).toMatchObject([
      { sha256: null, defects: [], signature: { pages: null } },
    ])
    expect(read(whole.stdout).files).toMatchObject([
      {
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        leastMacos: '13.5',
        defects: [{ kind: 'broken-signature' }],
        signature: { kind: 'ad-hoc', hardenedRuntime: true, pages: { wrong: 1 } },
      },
    ])
    // Nor does the signature say anything of what is inside.
    expect(told.stdout).toMatch(/clauses hold: .*payload/)
    // Also where another machine reads it, of which it is no concern.
    expect(told.stdout).toMatch(/It was changed after it was signed: 1 of \d pages/)
    expect(told.stdout).toMatch(
      /^ {2}signature {3}ad hoc: by nobody; hardened runtime; 1 of \d pages were changed$/m,
    )
  })

  test('holds them to a contract that is named, also on another machine', async ({ place }) => {
    await place.write(
      'sidecar.config.json',
      JSON.stringify({ macosFloor: '12.0', budgets: { sizeBytes: 1024 } }),
    )
    await place.write(MACHO_NAME, makeMachO(CPU_ARM64, { least: [13, 5] }), 0o755)

    const found = await place.run('inspect', MACHO_NAME)
    const { code, stdout } = await place.run('inspect', MACHO_NAME, '--config', 'sidecar.config.json')

    expect(found.stdout).not.toContain('✖ artifact/libraries-resolve')
    expect(code).toBe(0)
    expect(stdout).toMatch(/✖ artifact\/libraries-resolve \(must\)\n.*macOS 12\.0/)
    expect(stdout).toMatch(/ {4}mend {6}Set `MACOSX_DEPLOYMENT_TARGET=11\.0`/)
  })

  test.for<[string, string[], RegExp]>([
    [
      'an option that it does not have',
      ['x', '--jsno'],
      /There is no option --jsno\. Did you mean "--json"\?/,
    ],
    ['a contract that is not there', ['x', '--config', 'nowhere.ts'], /nowhere\.ts/],
    ['a name without a contract file', ['x', '--sidecar', 'one'], /name one with --config FILE/],
  ])('refuses %s', async ([, args, message], { place }) => {
    const { code, stdout, stderr } = await place.run('inspect', ...args)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })

  test('shows names from files without what a terminal would obey', async ({ place }) => {
    const imports = ['/usr/lib/\u001B[31mred.dylib', '@rpath/\u202Eown.dylib']
    const path = await place.write('\u001B[2Jbackend', makeMachO(CPU_X64, { imports }), 0o755)

    const { code, stdout } = await place.run('inspect', path)

    expect(code).toBe(0)
    expect(stdout).toContain('\\x1b[31mred.dylib')
    expect(stdout).not.toMatch(/[\u001B\u202E]/)
  })
})
