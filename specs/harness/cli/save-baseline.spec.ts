import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { saveBaseline } from '../../../harness/cli/save-baseline.ts'
import { test } from './command.ts'

/* What `--save` leaves: both halves of a baseline, or what was there before. */

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

test('a baseline is saved with its binary, which keeps its mode', async ({ place }) => {
  const path = await place.write('backend', 'one', 0o750)
  const base = join(place.directory, 'base.json')

  await saveBaseline(base, '{}', { path, sha256: sha256('one') })

  expect(readFileSync(base, 'utf8')).toBe('{}')
  expect(readFileSync(`${base}.binary`, 'utf8')).toBe('one')
  expect(statSync(`${base}.binary`).mode & 0o777).toBe(0o750)
})

test('a binary that was built anew meanwhile leaves the baseline of before as it was', async ({ place }) => {
  const base = await place.write('base.json', 'figures of before')
  await place.write('base.json.binary', 'binary of before', 0o755)
  const path = await place.write('backend', 'built anew', 0o755)

  const saved = saveBaseline(base, '{}', { path, sha256: sha256('measured') })

  await expect(saved).rejects.toThrow(`${path} is not the file any more that was measured: does a build run?`)
  expect(readFileSync(base, 'utf8')).toBe('figures of before')
  expect(readFileSync(`${base}.binary`, 'utf8')).toBe('binary of before')
  expect(readdirSync(place.directory).filter(name => name.endsWith('.part'))).toEqual([])
})
