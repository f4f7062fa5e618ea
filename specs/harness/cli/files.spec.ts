import { existsSync } from 'node:fs'
import { arch } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { elfProgram } from '../../../fixtures/faulty/programs.ts'
import { test } from './command.ts'

/** Files that no kernel runs, each with lines behind it that a shell would run. */
const FILES: readonly {
  readonly what: string
  readonly seen: RegExp
  content(lines: string): string | Uint8Array
}[] = [
  {
    what: 'an empty file',
    content: () => '',
    seen: /^It is empty \(0 bytes\): a launcher that falls back to \/bin\/sh would report exit 0 and no output\.$/,
  },
  {
    what: 'a script without #!',
    content: lines => `echo BACKEND_PORT:8080\n${lines}`,
    seen: /^It is text without a #! line, so the kernel does not run it, though a shell would: "echo BACKEND_PORT:8080 touch .*"\.$/,
  },
  {
    what: 'a text file',
    content: lines => `The backend goes here.\n${lines}`,
    seen: /^It is text without a #! line, so the kernel does not run it, though a shell would: "The backend goes here\. touch .*"\.$/,
  },
  {
    what: 'a program for another processor',
    content: lines =>
      Buffer.concat([elfProgram(arch() === 'arm64' ? 'x64' : 'arm64'), Buffer.from(`\n${lines}`)]),
    seen: /^It is an ELF program for (arm64 \(AArch64\)|x64 \(x86-64\)), and this machine is \w+: the kernel refuses it, .*\.$/,
  },
]

describe.concurrent('what no kernel runs fails with 1 and one plain sentence, and no shell gets it:', () => {
  test.for(FILES)('$what', async ({ content, seen }, { place }) => {
    const trace = join(place.directory, 'trace')
    await place.write('sidecar', content(`touch '${trace}'\n`), 0o755)

    const { code, stdout, stderr } = await place.run('check', 'sidecar')

    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    const [failure = ''] = /^✖ artifact\/native-format \(must\): .*(\n {4}.*)+/m.exec(stdout) ?? []
    expect(/^ {4}seen {6}(.*)$/m.exec(failure)?.[1]).toMatch(seen)
    expect(failure).toContain('\n    when      in the file, before it was launched\n')
    expect(stdout).toContain('\nlives    none: it was not launched\n')
    expect(stdout).toMatch(/^fail .*\b1 fail, .*\b\d+ blocked\b/m)
    expect(existsSync(trace)).toBe(false)
    expect(place.leftovers()).toEqual([])
  })
})

test('a program that nobody may execute fails with 1, is not launched, and its clause says so', async ({
  place,
}) => {
  const trace = join(place.directory, 'trace')
  await place.write('sidecar', `#!/bin/sh\ntouch '${trace}'\n`, 0o644)

  const { code, stdout, stderr } = await place.run('check', 'sidecar')

  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  expect(stdout).toMatch(
    /^✖ artifact\/executable \(must\): .*\n {4}expected .*\n {4}seen {6}mode 0644: nobody may execute it$/m,
  )
  expect(stdout).toMatch(/^lives {4}none: it was not launched$/m)
  expect(existsSync(trace)).toBe(false)
})
