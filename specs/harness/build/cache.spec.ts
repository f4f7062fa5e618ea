import { chmod, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { recall, remember, type Stamp } from '../../../harness/build/cache.ts'
import { hashFile } from '../../../harness/build/identity.ts'
import { placeWhole } from '../../../harness/build/place.ts'
import { makeWorkspace } from './project.ts'

const CONTENTS = 'one binary, whole'
let directory: string
let output: string

beforeEach(async () => {
  const { path, remove } = await makeWorkspace()
  onTestFinished(remove)
  directory = join(path, 'cache')
  output = join(path, 'app')
})

/** Does what a build does once it has a binary. */
async function place(
  key: string,
  contents: string,
  ready: Promise<void> = Promise.resolve(),
): Promise<Stamp> {
  const { made: sha256, identity } = await placeWhole(output, async file => {
    await writeFile(file, contents, { mode: 0o755 })
    await ready
    return await hashFile(file)
  })
  return { key, sha256, identity }
}

describe('a binary is built again', () => {
  it.each([
    ['was removed', () => rm(output)],
    ['is truncated', () => truncate(output, 3)],
    ['was overwritten in place, with the same size', () => writeFile(output, CONTENTS.replace('one', 'two'))],
    ['may no longer be run', () => chmod(output, 0o644)],
  ])('when it %s', async (_, change) => {
    await remember(directory, output, await place('key', CONTENTS))
    expect(await recall(directory, output, 'key')).not.toBeNull()
    await change()
    expect(await recall(directory, output, 'key')).toBeNull()
  })

  it('when its sources or tools are others', async () => {
    await remember(directory, output, await place('key', CONTENTS))
    expect(await recall(directory, output, 'another key')).toBeNull()
  })

  it('when the stamp is damaged', async () => {
    await remember(directory, output, await place('key', CONTENTS))
    for (const name of await readdir(directory)) await writeFile(join(directory, name), '{ "key": "ke')
    expect(await recall(directory, output, 'key')).toBeNull()
  })
})

it('a binary whose time alone was changed is kept', async () => {
  await remember(directory, output, await place('key', CONTENTS))
  await utimes(output, 0, 0)
  expect(await recall(directory, output, 'key')).toMatchObject({ sha256: await hashFile(output) })
})

it('two builds at once each leave a whole binary, and neither is taken for the other', async () => {
  const slow = Promise.withResolvers<void>()
  const first = place('first', 'made from the first sources', slow.promise)
  const second = await place('second', 'made from the second sources')
  slow.resolve()
  const overtaken = await first
  expect(await readFile(output, 'utf8')).toBe('made from the first sources')

  // Whichever writes its stamp last.
  await remember(directory, output, second)
  expect(await recall(directory, output, 'second')).toBeNull()
  await remember(directory, output, overtaken)
  expect(await recall(directory, output, 'second')).toBeNull()
  expect(await recall(directory, output, 'first')).toEqual(overtaken)
})

describe('placing a file', () => {
  it('leaves the old one, and nothing else, when the new one cannot be made', async () => {
    await place('key', CONTENTS)
    await expect(
      placeWhole(output, async file => {
        await writeFile(file, 'half a bin')
        throw new Error('no more')
      }),
    ).rejects.toThrow('no more')
    expect(await readFile(output, 'utf8')).toBe(CONTENTS)
    expect(await readdir(join(output, '..'))).toEqual(['app'])
  })

  it('removes what a build that was killed left there long ago, and nothing younger', async () => {
    for (const name of ['.app.old.unfinished', '.app.new.unfinished', '.other.old.unfinished', 'app.old']) {
      await writeFile(join(output, '..', name), '')
      if (name.includes('old')) await utimes(join(output, '..', name), 0, 0)
    }
    await place('key', CONTENTS)
    const left = await readdir(join(output, '..'))
    expect(left.sort()).toEqual(['.app.new.unfinished', '.other.old.unfinished', 'app', 'app.old'])
  })
})
