import type { ArtifactPayload } from './description.ts'
import { findConstant, type PackedProgram } from './packed-program.ts'

/** What Deno calls what its library libsui injects: an ELF note, a Mach-O section or, in capitals, a PE resource. */
const DENO_NAME = 'd3n0l4nd'
const DENO_CONSTANT = Buffer.from(DENO_NAME)
/** Whom an ELF note belongs to. */
const SUI_OWNER = 'SUI'
/** What its linker called it, whatever it is called now: `denort` is what applications are packed into. */
const DENO_FILES = /^deno(rt)?\.exe$/
/** Node-API, which Deno offers to addons. */
const NODE_API = 'napi_create_function'

/** Deno, bare or as `deno compile` makes it. */
export async function readDeno(program: PackedProgram): Promise<ArtifactPayload | null> {
  const injected = program.injected.find(
    ({ owner }) => owner === SUI_OWNER || owner.toLowerCase() === DENO_NAME,
  )
  if (injected === undefined && !(await program.offers(NODE_API))) return null
  // In a program for Windows it is a part of the code, and stands in no constant.
  const isKnown = DENO_FILES.test(program.ownName ?? '') || injected?.owner.toLowerCase() === DENO_NAME
  if (!isKnown && (await findConstant(program, DENO_CONSTANT)) === null) return null
  const bytes = injected?.size ?? program.appended.size
  return { runtime: 'deno', version: null, state: bytes > 0 ? 'carried' : 'bare', bytes }
}
