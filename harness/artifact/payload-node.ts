import type { ArtifactPayload } from './description.ts'
import { findConstant, offers, type PackedProgram } from './packed-program.ts'

/** Who injects an application puts it into a note of this owner. */
export const NODE_BLOB_OWNER = 'NODE_SEA_BLOB'
/** Node's switch, with 1 for an injected application behind it (src/node_sea.cc). */
const NODE_FUSE = Buffer.from('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:')
/** node::Start(int, char**), which every Node executable offers to its addons. */
const NODE_MAIN = '_ZN4node5StartEiPPc'
/** Of `process.release`, which names the version. */
const NODE_RELEASE = Buffer.from('https://nodejs.org/download/')

/** Node, bare or as a single executable application: pkg's `--sea`, postject and `--build-sea` all make that. */
export async function readNode(program: PackedProgram): Promise<ArtifactPayload | null> {
  const blob = program.notes.find(({ owner }) => owner === NODE_BLOB_OWNER)
  if (blob === undefined && !(await offers(program, NODE_MAIN))) return null
  const fuse = await findConstant(program, NODE_FUSE)
  // Electron is built from Node too, and has no fuse: it takes its application from beside itself.
  if (fuse === null) return null
  const isSet = (await program.bytes.read(fuse + NODE_FUSE.length, 1))?.toString('latin1') === '1'
  const version = await readNodeVersion(program)
  const told = { runtime: 'node', version } as const
  if (blob !== undefined) return { ...told, state: isSet ? 'carried' : 'unlinked', bytes: blob.size }
  // pkg's classic mode and nexe append the application to a Node of their own, and leave the fuse alone.
  if (program.appendedBytes > 0) return { ...told, state: 'carried', bytes: program.appendedBytes }
  return { ...told, state: isSet ? 'lost' : 'bare', bytes: 0 }
}

async function readNodeVersion(program: PackedProgram): Promise<string | null> {
  const release = await findConstant(program, NODE_RELEASE)
  const url = release === null ? null : await program.bytes.text(release, 128)
  return /\/v(\d+\.\d+\.\d+[^/]*)\//.exec(url ?? '')?.[1] ?? null
}
