import type { ArtifactPayload } from './description.ts'
import { findConstant, type PackedProgram } from './packed-program.ts'

/** Who injects an application puts it into a note, a section or a resource of this name. */
export const NODE_BLOB_OWNER = 'NODE_SEA_BLOB'
/** Node's switch, with 1 for an injected application behind it (src/node_sea.cc). */
const NODE_FUSE = Buffer.from('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:')
/** node::Start(int, char**), which every Node executable offers to its addons: as GCC and Clang, and as MSVC call it. */
const NODE_MAINS = ['_ZN4node5StartEiPPc', '?Start@node@@YAHHQEAPEAD@Z']
/** Of `process.release`, which names the version. */
const NODE_RELEASES = ['release', 'nightly', 'rc'].map(kind =>
  Buffer.from(`https://nodejs.org/download/${kind}/v`),
)

/** Node, bare or as a single executable application: pkg's `--sea`, postject and `--build-sea` all make that. */
export async function readNode(program: PackedProgram): Promise<ArtifactPayload | null> {
  const blob = program.injected.find(({ owner }) => owner === NODE_BLOB_OWNER)
  if (blob === undefined && !(await isNode(program))) return null
  const fuse = await findConstant(program, NODE_FUSE)
  // Electron is built from Node too, and has no fuse: it takes its application from beside itself.
  if (fuse === null) return null
  const isSet = (await program.bytes.read(fuse + NODE_FUSE.length, 1))?.toString('latin1') === '1'
  const version = await readNodeVersion(program)
  const told = { runtime: 'node', version } as const
  if (blob !== undefined) return { ...told, state: isSet ? 'carried' : 'unlinked', bytes: blob.size }
  // pkg's classic mode and nexe append the application to a Node of their own, and leave the fuse alone.
  if (program.appended.size > 0) return { ...told, state: 'carried', bytes: program.appended.size }
  return { ...told, state: isSet ? 'lost' : 'bare', bytes: 0 }
}

async function isNode(program: PackedProgram): Promise<boolean> {
  for (const main of NODE_MAINS) if (await program.offers(main)) return true
  return false
}

async function readNodeVersion(program: PackedProgram): Promise<string | null> {
  for (const release of NODE_RELEASES) {
    const found = await findConstant(program, release)
    const url = found === null ? null : await program.bytes.text(found, 128)
    const [, version = null] = /\/v(\d+\.\d+\.\d+[^/]*)\//.exec(url ?? '') ?? []
    if (version !== null) return version
  }
  return null
}
