import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type BuiltBinary, build, hostTriple, PayloadMissingError } from '../../../harness/build/build.ts'
import { BuildError, NothingMadeError, ToolMissingError } from '../../../harness/build/errors.ts'
import { identify } from '../../../harness/build/identity.ts'
import { makeWorkspace, rejectionOf, writeFiles } from './project.ts'

/* A command of the user's makes the binary. What is made is a script, which has no triple, and all of this in common with others. */

const NAME = `app-${hostTriple()}`

describe.skipIf(process.platform === 'win32')('a command of its own', () => {
  test('writes the binary where it is told to', async () => {
    const project = await start({ 'make.mjs': writing('process.argv[2]', 'one') })
    const built = await project.build({ run: [process.execPath, 'make.mjs', '{output}'] })
    expect(built).toMatchObject({ path: project.binary, cached: false, triple: hostTriple() })
    expect(built.phases.map(({ name }) => name)).toEqual(['command', 'proof'])
    expect(await said(built.path)).toBe('one\n')
    expect((await stat(built.path)).mode & 0o777).toBe(0o755)
    expect(await project.binaries()).toEqual([NAME])
  })

  test('writes it where it likes, also by triple, and it is copied from there', async () => {
    const project = await start({ 'make.mjs': writing('process.argv[2]', 'one') })
    const built = await project.build({
      run: [process.execPath, 'make.mjs', 'app.{triple}'],
      output: 'app.{triple}',
    })
    expect(await said(built.path)).toBe('one\n')
    expect(await readFile(join(project.path, `app.${hostTriple()}`), 'utf8')).toContain('one')
    expect(await project.binaries()).toEqual([NAME])
  })

  test('is run each time, and a binary that comes out the same keeps its place and its times', async () => {
    const project = await start({ 'make.mjs': `${writing('process.argv[2]', 'one')}\nconsole.log('run')` })
    const plan = { run: [process.execPath, 'make.mjs', '{output}'] }
    const first = await project.build(plan)
    const before = await identify(first.path)
    const again = await project.build(plan)
    expect(again).toEqual({ ...first, cached: true, phases: expect.anything() })
    expect(project.printed).toEqual(['run', 'run'])
    expect(await identify(first.path)).toEqual(before)

    await writeFiles(project.path, { 'make.mjs': writing('process.argv[2]', 'two') })
    expect(await project.build(plan)).toMatchObject({ cached: false })
    expect(await said(first.path)).toBe('two\n')
    // Whose cache is its own needs none of ours.
    expect(await readdir(project.path)).toEqual(['binaries', 'make.mjs'])
  })

  test('runs twice at once, and leaves a whole binary', async () => {
    const project = await start({
      'make.mjs': `const text = '#!/bin/sh\\necho ' + process.argv[3] + '\\n#' + process.argv[3].repeat(1e6)
        const { writeFileSync } = await import('node:fs')
        writeFileSync(process.argv[2], text)`,
    })
    const made = await Promise.all(
      ['1', '2'].map(word => project.build({ run: [process.execPath, 'make.mjs', '{output}', word] })),
    )
    const text = await readFile(project.binary, 'utf8')
    expect(made.map(({ bytes }) => bytes)).toEqual([text.length, text.length])
    expect(text).toMatch(/^#!\/bin\/sh\necho (1\n#1{1000000}|2\n#2{1000000})$/)
    expect(await project.binaries()).toEqual([NAME])
  })
})

describe.skipIf(process.platform === 'win32')('the old binary is whole, and alone, when a command', () => {
  const half = `const { writeFileSync } = await import('node:fs'); writeFileSync(process.argv[2], '#!/bin/sh\\nec')`
  const node = [process.execPath, 'make.mjs', '{output}']
  const cases: readonly {
    what: string
    make?: string
    run?: string[]
    output?: string
    kind: new (...args: never[]) => Error
    words: string
  }[] = [
    {
      what: 'fails half-way',
      make: `${half}; console.error('disk full'); process.exit(3)`,
      kind: BuildError,
      words: `${process.execPath} could not make the binary (exit code 3):\n  disk full`,
    },
    {
      what: 'succeeds without a file',
      make: '',
      kind: NothingMadeError,
      words: 'command reported success, and there is no file where it should have put one.',
    },
    {
      what: 'succeeds without its own file',
      make: '',
      output: 'out/app',
      run: [process.execPath, 'make.mjs'],
      kind: BuildError,
      words: `\`${process.execPath} make.mjs\` ended well and should have made out/app, but there is no such file.`,
    },
    {
      what: 'makes a directory',
      make: '',
      output: 'src',
      run: [process.execPath, 'make.mjs'],
      kind: BuildError,
      words: 'should have made src, but that is no file.',
    },
    {
      what: 'makes a link',
      make: `const { symlinkSync } = await import('node:fs'); symlinkSync(process.execPath, process.argv[2])`,
      kind: NothingMadeError,
      words: 'there is no file where it should have put one',
    },
    {
      what: 'makes an empty file',
      make: `const { writeFileSync } = await import('node:fs'); writeFileSync(process.argv[2], '')`,
      kind: BuildError,
      words: `${process.execPath} reported success, and what it made is no program for this machine:\n  `,
    },
    {
      what: 'makes a bare Node',
      make: `const { copyFileSync } = await import('node:fs'); copyFileSync(process.execPath, process.argv[2])`,
      kind: PayloadMissingError,
      words: 'does not carry the application: it is a node with no application inside.',
    },
    {
      what: 'is not there',
      run: ['no-such-tool', '{output}'],
      kind: ToolMissingError,
      words:
        'no-such-tool is needed to build the binary, and cannot be found. It is the first word of `build.run`: install it, or write where it is.',
    },
    {
      what: 'would write into its place',
      run: ['sh', '-c', `echo broken > binaries/${NAME}`],
      output: `binaries/${NAME}`,
      kind: BuildError,
      words: `name another file in \`build.output\`, or write {output} in \`build.run\``,
    },
  ]
  test.each(cases)('$what', async ({ make = '', run = node, output, kind, words }) => {
    const old = '#!/bin/sh\necho old\n'
    const project = await start({
      'make.mjs': make,
      'src/main.c': '',
      [`binaries/${NAME}`]: old,
    })
    const before = await identify(project.binary)
    const error = await rejectionOf(project.build({ run, ...(output !== undefined && { output }) }))
    expect((error as Error).message).toContain(words)
    expect(error).toBeInstanceOf(kind)
    expect(await readFile(project.binary, 'utf8')).toBe(old)
    expect(await identify(project.binary)).toEqual(before)
    expect(await project.binaries()).toEqual([NAME])
  })
})

test.skipIf(process.platform === 'win32')(
  'a program for another machine is no binary of this one',
  async () => {
    // As far as a header goes: an ELF program for a processor that nobody has at home.
    const header = Buffer.alloc(64)
    header.write('\x7fELF\x02\x01\x01', 'latin1')
    header.writeUInt16LE(2, 16)
    header.writeUInt16LE(0x16, 18)
    header.writeUInt32LE(1, 20)
    header.writeUInt16LE(64, 52)
    const project = await start({})
    await writeFile(join(project.path, 'foreign'), header)
    const error = await rejectionOf(project.build({ run: ['cp', 'foreign', '{output}'] }))
    expect((error as Error).message).toContain(
      'cp reported success, and what it made is no program for this machine:',
    )
  },
)

interface Given {
  readonly run: readonly string[]
  readonly output?: string
}

async function start(files: Record<string, string>) {
  const { path, remove } = await makeWorkspace(files)
  onTestFinished(remove)
  await mkdir(join(path, 'binaries'), { recursive: true })
  const printed: string[] = []
  return {
    path,
    printed,
    binary: join(path, 'binaries', NAME),
    binaries: () => readdir(join(path, 'binaries')),
    build: ({ run, output }: Given): Promise<BuiltBinary> =>
      build(
        {
          plan: {
            by: 'command',
            run,
            output: output === undefined ? null : join(path, output),
            directory: path,
          },
          output: join(path, 'binaries', 'app'),
        },
        { onOutput: line => printed.push(line) },
      ),
  }
}

/** A program that writes a script which says a word. */
function writing(to: string, word: string): string {
  return `import { writeFileSync } from 'node:fs'\nwriteFileSync(${to}, '#!/bin/sh\\necho ${word}\\n')`
}

async function said(binary: string): Promise<string> {
  return (await promisify(execFile)(binary, { env: {} })).stdout
}
