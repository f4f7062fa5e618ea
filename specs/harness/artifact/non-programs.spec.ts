import { spawnSync } from 'node:child_process'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { describeArtifact, judgeLaunchable } from '../../../harness/artifact/describe.ts'
import { writeArtifact } from './files.ts'

const HERE = { os: 'linux', arch: 'x64' }

test.skipIf(process.platform === 'win32')('sees the empty file that Node runs with success', async () => {
  const path = await writeArtifact('')
  expect(spawnSync(path).status).toBe(0)

  const artifact = await describeArtifact(path)
  expect(artifact).toMatchObject({ format: 'empty', bytes: 0, defects: [{ kind: 'empty' }] })
  expect(judgeLaunchable(artifact, HERE)).toEqual({
    launchable: false,
    sentence:
      'It is empty (0 bytes): a launcher that falls back to /bin/sh would report exit 0 and no output.',
  })
})

test.skipIf(process.platform === 'win32')('sees the text that only a shell would run', async () => {
  const path = await writeArtifact('echo hi\n')
  expect(spawnSync(path, { encoding: 'utf8' }).stdout).toBe('hi\n')

  const artifact = await describeArtifact(path)
  expect(artifact.resembles).toBe('text: "echo hi"')
  expect(artifact.defects).toEqual([
    {
      kind: 'text-without-shebang',
      sentence:
        'It is text without a #! line, so the kernel does not run it, though a shell would: "echo hi".',
    },
  ])
  expect(judgeLaunchable(artifact, HERE).launchable).toBe(false)
})

test.each([
  {
    content: '<!doctype html>\n<html><head><title>404</title>',
    words: 'an HTML page: <!doctype html> <html><head><title>404</title>',
  },
  { content: `<html>${'x'.repeat(5000)}`, words: `an HTML page: <html>${'x'.repeat(54)}…` },
  { content: '<?xml version="1.0"?><Error><Code>AccessDenied</Code>', words: /^an XML document: <\?xml/ },
  { content: '{"message":"Not Found"}', words: 'a JSON document: {"message":"Not Found"}' },
  {
    content: 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
    words: 'a Git LFS pointer',
  },
  { content: gzipSync('backend'), words: 'a gzip archive' },
  { content: 'PK\x03\x04', words: 'a zip archive' },
  { content: Buffer.concat([Buffer.alloc(257), Buffer.from('ustar')]), words: 'a tar archive' },
  { content: '\0asm\x01\0\0\0', words: 'a WebAssembly module' },
  { content: Buffer.alloc(100_000), words: 'zero bytes, as an interrupted download leaves them' },
  { content: Buffer.from([0xde, 0xad, 0, 1, 2]), words: 'binary data that begins with de ad 00 01' },
])('recognises $words', async ({ content, words }) => {
  const artifact = await describeArtifact(await writeArtifact(content))
  expect(artifact).toMatchObject({
    format: 'unknown',
    archs: [],
    triple: null,
    defects: [{ kind: 'not-a-program' }],
  })
  expect(artifact.resembles).toMatch(words)
  expect(artifact.defects[0]?.sentence).toContain(artifact.resembles)
})

test.each([
  { encoding: 'UTF-8', content: Buffer.from('\ufeff#!/bin/sh\n') },
  { encoding: 'UTF-16', content: Buffer.from('\ufeff#!/bin/sh\n', 'utf16le') },
])('sees the $encoding byte order mark before #!', async ({ content }) => {
  const artifact = await describeArtifact(await writeArtifact(content))
  expect(artifact).toMatchObject({
    resembles: 'a script with a byte order mark before its #!',
    defects: [{ kind: 'text-without-shebang' }],
  })
})

test('knows text by its beginning, wherever that ends within a letter', async () => {
  for (const length of [510, 511, 512]) {
    const artifact = await describeArtifact(await writeArtifact(`${'x'.repeat(length)}漢`))
    expect(artifact.defects, `${length} letters before`).toMatchObject([{ kind: 'text-without-shebang' }])
  }
})

test('shows nothing of a file that could colour, reverse or break a report', async () => {
  const artifact = await describeArtifact(await writeArtifact('\x1b[31mred \u202egnp.exe é 漢'))
  expect(artifact.resembles).toBe('text: "\\x1b[31mred \\u{202e}gnp.exe é 漢"')
})
