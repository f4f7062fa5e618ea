import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { extractEntry } from '../../../harness/build/tar-entry.ts'
import { makeWorkspace, rejectionOf } from './project.ts'
import { makeTgz, type TarEntry } from './tar.ts'

/* What is taken out of an archive that npm has fetched. */

const NAME = 'package/bin/node'
const BEFORE: readonly TarEntry[] = [
  { name: 'package', content: Buffer.alloc(0), type: '5' },
  { name: 'PaxHeader', content: Buffer.from('30 mtime=1.000000000000000000\n'), type: 'x' },
  { name: 'package/package.json', content: Buffer.from('{}') },
]

test.each([0, 1, 511, 512, 513, 300_000, 3_000_000])('a file of %i bytes comes out whole', async bytes => {
  // Bytes that do not compress come in many chunks, which end anywhere.
  const content = randomBytes(bytes)
  const { archive, output } = await start([...BEFORE, { name: NAME, content }, ...BEFORE])
  expect(await extractEntry(archive, NAME, output)).toBe(true)
  expect((await readFile(output)).equals(content)).toBe(true)
})

test('another file, a directory and a link of that name are none', async () => {
  const { archive, output } = await start([
    ...BEFORE,
    { name: `${NAME}.exe`, content: Buffer.from('no') },
    { name: NAME, content: Buffer.alloc(0), type: '5' },
    { name: NAME, content: Buffer.alloc(0), type: '2' },
  ])
  expect(await extractEntry(archive, NAME, output)).toBe(false)
})

test('half an archive, and one that was changed, are told, and so is none', async () => {
  const content = randomBytes(200_000)
  const { archive, output } = await start([{ name: NAME, content }])
  const whole = await readFile(archive)
  await writeFile(archive, whole.subarray(0, whole.length / 2))
  expect(await rejectionOf(extractEntry(archive, NAME, output))).toMatchObject({ code: 'Z_BUF_ERROR' })

  const changed = Buffer.from(whole)
  changed.writeUInt32LE(0, whole.length - 8)
  await writeFile(archive, changed)
  const other = `${output}.2`
  expect(await rejectionOf(extractEntry(archive, NAME, other))).toMatchObject({ code: 'Z_DATA_ERROR' })
  expect(await rejectionOf(extractEntry(`${archive}.no`, NAME, `${output}.3`))).toMatchObject({
    code: 'ENOENT',
  })
})

test('an entry that is cut short in a whole archive is told', async () => {
  const { archive, output } = await start([])
  const header = Buffer.alloc(512)
  header.write(NAME, 0)
  header.write('00000002000\0', 124)
  header.write('0', 156)
  await writeFile(archive, gzipSync(Buffer.concat([header, Buffer.alloc(512)])))
  expect(await rejectionOf(extractEntry(archive, NAME, output))).toMatchObject({
    message: 'package/bin/node is cut short in the archive',
  })
})

async function start(entries: readonly TarEntry[]): Promise<{ archive: string; output: string }> {
  const { path, remove } = await makeWorkspace()
  onTestFinished(remove)
  const archive = join(path, 'node.tgz')
  await writeFile(archive, makeTgz(entries))
  return { archive, output: join(path, 'node') }
}
