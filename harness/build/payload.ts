import { open } from 'node:fs/promises'
import { FileBytes } from '../artifact/bytes.ts'
import { readNotesOfFile } from '../artifact/elf-notes.ts'
import { NODE_BLOB_OWNER } from '../artifact/payload-node.ts'
import { PayloadMissingError } from './errors.ts'

/**
 * Proves that the bundle's very bytes are inside the binary. An injection that fails can leave a plain
 * Node and an exit code of 0; that file starts, prints nothing, and waits for JavaScript on stdin.
 * Throws PayloadMissingError that says what the file is instead.
 */
export async function provePayload(file: string, code: Uint8Array, tool: string): Promise<void> {
  const bundle = Buffer.from(code)
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const bytes = new FileBytes(handle, size)
    const notes = await readNotesOfFile(bytes)
    const note = notes?.find(({ owner }) => owner === NODE_BLOB_OWNER)
    if (notes !== null && note === undefined) {
      throw new PayloadMissingError(file, 'it is an unmodified node, with no application inside', tool)
    }

    // Mach-O keeps the payload in a segment, PE in a resource: there the bundle is searched in all of the file.
    const found = await bytes.find(bundle, note?.offset ?? 0, note?.size ?? size)
    if (found === null)
      throw new PayloadMissingError(file, 'what is inside is not the bundle that was just made', tool)
  } finally {
    await handle.close()
  }
}
