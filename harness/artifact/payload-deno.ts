import type { ArtifactPayload } from './description.ts'
import { findConstant, offers, type PackedProgram } from './packed-program.ts'

/** What Deno calls the section that its library libsui injects. */
const DENO_SECTION = Buffer.from('d3n0l4nd')
const SUI_OWNER = 'SUI'
/** Node-API, which Deno offers to addons. */
const NODE_API = 'napi_create_function'

/** Deno, bare or as `deno compile` makes it. */
export async function readDeno(program: PackedProgram): Promise<ArtifactPayload | null> {
  const note = program.notes.find(({ owner }) => owner === SUI_OWNER)
  if (note === undefined && !(await offers(program, NODE_API))) return null
  if ((await findConstant(program, DENO_SECTION)) === null) return null
  const bytes = note?.size ?? program.appendedBytes
  return { runtime: 'deno', version: null, state: bytes > 0 ? 'carried' : 'bare', bytes }
}
