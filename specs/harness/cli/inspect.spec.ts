import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect } from 'vitest'
import type { InspectionDocument } from '../../../harness/report/inspection-document.ts'
import { inspectionJsonSchema } from '../../../harness/report/inspection-schema.ts'
import { ESBUILD_BINARY, NODE_BINARY } from '../artifact/files.ts'
import { CPU_ARM64, CPU_X64, makeElf, makeMachO, makePe, makeUniversal } from '../artifact/headers.ts'
import { test } from './command.ts'

/* Files of every kind, read from the command line. inspect.slow.ts has what takes more runs of it. */

const SCHEMA = new URL('../../../schema/inspection.schema.json', import.meta.url)
const validate = new Ajv2020().compile(JSON.parse(readFileSync(SCHEMA, 'utf8')))
const onLinuxX64 = process.platform === 'linux' && process.arch === 'x64'

/** The document, which has to be what the schema says. */
function read(stdout: string): InspectionDocument {
  const document: InspectionDocument = JSON.parse(stdout)
  expect(validate(document) ? null : validate.errors).toBeNull()
  return document
}

describe.concurrent('inspect', () => {
  test('the published schema is up to date: node specs/docs/schema.ts writes it', () => {
    expect(JSON.parse(readFileSync(SCHEMA, 'utf8'))).toEqual(inspectionJsonSchema())
  })

  test('docs/inspect.md tells of each field', () => {
    const page = readFileSync(new URL('../../../docs/inspect.md', import.meta.url), 'utf8')
    const told = [...page.matchAll(/^\| (`.*?`) +\|/gm)].flatMap(([, cell = '']) => [
      ...cell.matchAll(/`(\w+)/g),
    ])
    const names = told.map(([, name]) => name)
    const { properties, $defs } = JSON.parse(readFileSync(SCHEMA, 'utf8'))
    const { items } = properties.files
    const file = items.$ref === undefined ? items : $defs[items.$ref.split('/').at(-1)]
    expect(Object.keys(file.properties).length).toBeGreaterThan(20)
    for (const field of [...Object.keys(properties), ...Object.keys(file.properties)]) {
      expect(names).toContain(field)
    }
  })

  test.runIf(onLinuxX64)(
    'tells what a program is, what it needs and what is wrong, with the cure',
    async ({ place }) => {
      const { code, stdout, stderr } = await place.run('inspect', NODE_BINARY)

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(
        /^ {2}is {10}an ELF program for Linux on x64 \(x86-64\), [\d.]+ MiB, mode 0\d{3}$/m,
      )
      expect(stdout).toMatch(/^ {2}triple {6}x86_64-unknown-linux-gnu$/m)
      expect(stdout).toMatch(/^ {2}linked {6}dynamically, with glibc 2\.\d+ or newer$/m)
      expect(stdout).toMatch(/^ {2}needs {7}\d+ libraries: .*libstdc\+\+\.so\.6/m)
      expect(stdout).toMatch(/^ {14}all found here/m)
      expect(stdout).toContain(`carries     Node ${process.versions.node}, with no application in it\n`)
      expect(stdout).toMatch(/^ {2}✖ artifact\/payload \(must\)$/m)
      expect(stdout).toMatch(/^ {4}mend {6}Look at the packer's whole output/m)
      expect(stdout).toMatch(/^ {2}✔ \d of 6 clauses hold: .*libraries-resolve/m)
      expect(stdout).not.toContain('\u001B')
      expect(stdout).not.toContain('sha256')
    },
  )

  test('describes files of every kind and machine by one schema', async ({ place }) => {
    const names = [
      await place.write('universal', makeUniversal([{ cpu: CPU_X64, program: makeMachO(CPU_X64) }]), 0o755),
      await place.write('signed', makeMachO(CPU_ARM64, { signed: { entitlements: ['a.b'] } }), 0o755),
      await place.write('backend.exe', makePe({ imports: ['KERNEL32.dll'], certificate: Buffer.alloc(40) })),
      await place.write('elf', makeElf({ loader: '/lib/ld-nowhere.so.1' }), 0o755),
      await place.write('cut', makeElf().subarray(0, 90)),
      await place.write('empty', ''),
      await place.write('page', '<!doctype html><title>404</title>'),
      await place.write('pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\n'),
      await place.write('crlf', '#!/bin/sh\r\n'),
      ESBUILD_BINARY,
      NODE_BINARY,
    ]

    const { code, stdout, stderr } = await place.run('inspect', ...names, '--json')

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { files, errors, schema, contract } = read(stdout)
    expect({ errors, schema, contract }).toEqual({ errors: [], schema: 1, contract: 'defaults' })
    expect(files.map(({ path }) => path)).toEqual(names)
    expect(files.map(({ format }) => format)).toEqual([
      ...['mach-o-universal', 'mach-o', 'pe', 'elf', 'elf', 'empty', 'unknown', 'unknown', 'script'],
      ...(process.platform === 'linux' ? ['elf', 'elf'] : []),
    ])
    expect(files.slice(4, 8).map(({ verdict }) => verdict)).toEqual(['fail', 'fail', 'fail', 'fail'])
    expect(files.every(({ sha256, clauses }) => sha256 === null && clauses.length === 6)).toBe(true)
  })

  test('names each path that leads to no file, and tells of the others', async ({ place }) => {
    await place.write('note', 'to do: the program', 0o644)
    await mkdir(join(place.directory, 'dir'))
    const paths = ['nowhere', 'dir', 'note']
    if (spawnSync('mkfifo', [join(place.directory, 'pipe')]).status === 0) paths.push('pipe')

    const told = await place.run('inspect', ...paths)
    const json = await place.run('inspect', ...paths, '--json')

    expect(told.code).toBe(2)
    expect(told.stdout).toMatch(/^note\n {2}is {10}text: "to do: the program"; 18 bytes, mode 0644$/m)
    expect(told.stderr).toMatch(/nowhere does not exist\./)
    expect(told.stderr).toMatch(/dir is a directory\./)
    if (paths.includes('pipe')) expect(told.stderr).toMatch(/pipe is a named pipe, not a file\./)
    expect(json.code).toBe(2)
    const { files, errors } = read(json.stdout)
    expect(files.map(({ name }) => name)).toEqual(['note'])
    expect(errors.map(({ reason }) => reason)).toEqual(
      ['missing', 'directory', 'not-a-file'].slice(0, paths.length - 1),
    )
  })

  test('refuses to read no file', async ({ place }) => {
    const { code, stdout, stderr } = await place.run('inspect')

    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: 'inspect needs a file to read\n',
    })
  })
})
