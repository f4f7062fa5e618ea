import { type FileHandle, open } from 'node:fs/promises'
import { findElfNote } from './elf-note.ts'
import { PayloadMissingError } from './errors.ts'

// postject gives the ELF note this owner, and Node looks for it when it starts.
const NOTE_OWNER = 'NODE_SEA_BLOB'

// One read of a search through a whole file: large enough for the disk, small enough to be no burden.
const CHUNK_BYTES = 4 * 1024 * 1024

/**
 * Proves that the bundle's very bytes are inside the binary. An injection that fails can leave a plain
 * Node and an exit code of 0; that file starts, prints nothing, and waits for JavaScript on stdin.
 * Throws PayloadMissingError that says what the file is instead.
 */
export async function provePayload(file: string, code: Uint8Array): Promise<void> {
  const bundle = Buffer.from(code)
  const handle = await open(file)
  try {
    const note = await findElfNote(handle, NOTE_OWNER)
    if (note.kind === 'absent') {
      throw new PayloadMissingError(file, 'it is an unmodified node, with no application inside')
    }

    // Mach-O keeps the payload in a segment, PE in a resource: there the bundle is searched in all of the file.
    const found = note.kind === 'found' ? note.contents.includes(bundle) : await fileIncludes(handle, bundle)
    if (!found) throw new PayloadMissingError(file, 'what is inside is not the bundle that was just made')
  } finally {
    await handle.close()
  }
}

/** Whether the bytes are anywhere in the file, also across the border of two reads. */
async function fileIncludes(handle: FileHandle, needle: Buffer): Promise<boolean> {
  const window = Buffer.alloc(CHUNK_BYTES + needle.byteLength)
  let kept = 0
  let position = 0
  for (;;) {
    const { bytesRead } = await handle.read(window, kept, window.length - kept, position)
    if (bytesRead === 0) return false
    position += bytesRead

    const filled = kept + bytesRead
    if (window.subarray(0, filled).includes(needle)) return true

    kept = Math.min(filled, needle.byteLength - 1)
    window.copyWithin(0, filled - kept, filled)
  }
}
