import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { describeArtifact, judgeLaunchable } from '../../../harness/artifact/describe.ts'
import { writeArtifact } from './files.ts'

const HERE = { os: 'linux', arch: 'x64' }

test.skipIf(process.platform === 'win32')('describes a script that its interpreter runs', async () => {
  const artifact = await describeArtifact(
    await writeArtifact('#! /usr/bin/env  node --no-warnings \nconsole.log(1)\n'),
  )
  expect(artifact).toMatchObject({
    format: 'script',
    resembles: null,
    os: null,
    archs: [],
    triple: null,
    interpreter: { path: '/usr/bin/env', argument: 'node --no-warnings', exists: true },
    defects: [],
  })
  expect(judgeLaunchable(artifact, HERE)).toEqual({
    launchable: true,
    sentence: 'It is a script that /usr/bin/env runs.',
  })
})

test.skipIf(process.platform === 'win32')(
  'describes a script that is nothing but its first line',
  async () => {
    const artifact = await describeArtifact(await writeArtifact('#!/bin/sh'))
    expect(artifact).toMatchObject({ interpreter: { path: '/bin/sh', argument: null }, defects: [] })
  },
)

test.skipIf(process.platform === 'win32')(
  'sees the carriage return for which the kernel finds no interpreter',
  async () => {
    const path = await writeArtifact('#!/bin/sh\r\necho hi\r\n')
    expect(spawnSync(path).error).toMatchObject({ code: 'ENOENT' })

    const artifact = await describeArtifact(path)
    expect(artifact.interpreter).toEqual({ path: '/bin/sh\r', argument: null, exists: false })
    expect(artifact.defects).toEqual([
      {
        kind: 'shebang-crlf',
        sentence:
          'Its first line ends in CRLF: the kernel looks for "/bin/sh\\r", finds no such file and reports ENOENT as if the script were missing. Save it with LF line ends.',
      },
    ])
    expect(judgeLaunchable(artifact, HERE).launchable).toBe(false)
  },
)

test('sees the carriage return in an argument', async () => {
  const artifact = await describeArtifact(await writeArtifact('#!/usr/bin/env node\r\n'))
  expect(artifact.interpreter?.argument).toBe('node\r')
  expect(artifact.defects).toMatchObject([
    { kind: 'shebang-crlf', sentence: expect.stringContaining('/usr/bin/env is given "node\\r"') },
  ])
})

test.skipIf(process.platform === 'win32')('names the interpreter that does not exist', async () => {
  const path = await writeArtifact('#!/opt/none/bin/python3\n')
  expect(spawnSync(path).error).toMatchObject({ code: 'ENOENT' })

  const artifact = await describeArtifact(path)
  expect(artifact.interpreter?.exists).toBe(false)
  expect(artifact.defects).toMatchObject([
    {
      kind: 'interpreter-missing',
      sentence: expect.stringContaining('"/opt/none/bin/python3", which does not exist'),
    },
  ])
})

test('does not look for a relative interpreter in its own working directory', async () => {
  const artifact = await describeArtifact(await writeArtifact('#!package.json\n'))
  expect(artifact.defects).toMatchObject([
    { kind: 'interpreter-missing', sentence: expect.stringContaining('no absolute path') },
  ])
})

test('sees a first line without an interpreter', async () => {
  const artifact = await describeArtifact(await writeArtifact('#! \necho hi\n'))
  expect(artifact).toMatchObject({ interpreter: null, defects: [{ kind: 'shebang-empty' }] })
})

test('sees an interpreter whose path is longer than Linux reads', async () => {
  const long = await describeArtifact(await writeArtifact(`#!/${'x'.repeat(300)}\n`))
  expect(long.defects).toMatchObject([{ kind: 'shebang-too-long' }])
})

test('is not launchable on Windows', async () => {
  const artifact = await describeArtifact(await writeArtifact('#!/bin/sh\n'))
  expect(judgeLaunchable(artifact, { os: 'windows', arch: 'x64' }).launchable).toBe(false)
})
