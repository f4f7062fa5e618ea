/** Unpacked bundles of real files, and what the harness finds in them. */

import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describeArtifact } from '../../../harness/artifact/describe.ts'
import { describeBundle } from '../../../harness/bundle/describe.ts'
import type { BundleDescription } from '../../../harness/bundle/description.ts'
import { type BundleFinding, judgeBundle } from '../../../harness/bundle/judge.ts'
import { resolveContract } from '../../../harness/contract/resolve.ts'
import { makeDirectory } from '../artifact/files.ts'

/** What lies at a path: bytes, with another mode than 0755, or a link. */
export type Laid = Uint8Array | string | { bytes: Uint8Array; mode: number } | { link: string }

/** A directory with these files below it. */
export async function layBundle(files: Readonly<Record<string, Laid>>): Promise<string> {
  const directory = await makeDirectory()
  for (const [path, laid] of Object.entries(files)) {
    const at = join(directory, path)
    await mkdir(dirname(at), { recursive: true })
    if (typeof laid === 'object' && 'link' in laid) {
      await symlink(laid.link, at)
      continue
    }
    const { bytes, mode } = typeof laid === 'object' && 'mode' in laid ? laid : { bytes: laid, mode: 0o755 }
    await writeFile(at, bytes)
    await chmod(at, mode)
  }
  return directory
}

export interface Looked {
  readonly description: BundleDescription
  readonly finding: BundleFinding
}

/** What comes of a bundle, for a binary of this name and content. */
export async function lookInside(
  tested: Uint8Array,
  files: Readonly<Record<string, Laid>>,
  { name = 'backend-x86_64-unknown-linux-gnu', app }: { name?: string; app?: 'tauri' | 'electron' } = {},
): Promise<Looked> {
  const path = join(await makeDirectory(), name)
  await writeFile(path, tested)
  await chmod(path, 0o755)
  const artifact = await describeArtifact(path)
  const description = await describeBundle(await layBundle(files), artifact)
  const { contract } = resolveContract(app === undefined ? {} : { app }, { file: null, directory: '/' })
  return { description, finding: judgeBundle(description, artifact, contract) }
}

/** An archive of Electron's with these files in it; of those that lie beside it only the names. */
export function makeAsar(files: Readonly<Record<string, Buffer | 'unpacked'>>): Buffer {
  const tree: Record<string, unknown> = {}
  let offset = 0
  const contents: Buffer[] = []
  for (const [path, content] of Object.entries(files)) {
    const names = path.split('/')
    const name = names.pop() ?? ''
    let place = tree
    for (const each of names) {
      place[each] ??= { files: {} }
      place = (place[each] as { files: Record<string, unknown> }).files
    }
    if (content === 'unpacked') {
      place[name] = { size: 1, unpacked: true }
      continue
    }
    place[name] = { size: content.length, offset: String(offset), executable: true }
    offset += content.length
    contents.push(content)
  }
  const json = Buffer.from(JSON.stringify({ files: tree }))
  const padded = Buffer.concat([json, Buffer.alloc((4 - (json.length % 4)) % 4)])
  const head = Buffer.alloc(16)
  for (const [index, number] of [4, padded.length + 8, padded.length + 4, json.length].entries()) {
    head.writeUInt32LE(number, index * 4)
  }
  return Buffer.concat([head, padded, ...contents])
}
