import type { ArtifactPayload } from './description.ts'
import type { PackedProgram } from './packed-program.ts'
import { readBun } from './payload-bun.ts'
import { readDeno } from './payload-deno.ts'
import { readNode } from './payload-node.ts'
import { readPyInstaller } from './payload-pyinstaller.ts'

/**
 * Tells which packer's runtime a program is, and whether an application is in it. Reads marks at places that headers
 * name: large programs are searched in parts, and only where something speaks for a runtime.
 */
export async function readPayload(program: PackedProgram): Promise<ArtifactPayload | null> {
  return (
    (await readNode(program)) ??
    (await readBun(program)) ??
    (await readDeno(program)) ??
    (await readPyInstaller(program))
  )
}
