import { type ExecFileException, execFile } from 'node:child_process'
import { closeSync, constants, openSync, unlinkSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isMainThread } from 'node:worker_threads'
import { asShortage } from '../host/shortage.ts'
import { toolEnvironment } from '../host/tool.ts'

/** Names made at a time: mkfifo costs 4 ms a process and 0.2 ms a name. */
const BATCH = 32
/** What Node reads at a time from a pipe; larger buffers were not quicker in the flood's measurement. */
const READ_BYTES = 64 * 1024

/** A real pipe: what a desktop app gives its sidecar, where Node's own `pipe` is a socketpair. */
export interface Pipe {
  /** Given to the child as a descriptor, and closed by us when it has been spawned. */
  readonly writeEnd: number
  /** Starts reading. Each chunk's memory is used again after `onChunk` returns. */
  read(onChunk: (chunk: Buffer) => void, onEnd: () => void): Socket
  /** Instead of reading: nothing was launched that could write. */
  abandon(): void
}

/**
 * Node has no pipe(2). A FIFO is the same thing with a name, and the name can go as soon as both ends are
 * open. Reading goes through net.Socket, because `fs` streams on pipes occupy a thread of the pool each.
 */
export class PipeSupply {
  readonly #directory: string
  readonly #names: string[] = []
  #made = 0
  #refill: Promise<void> | null = null

  private constructor(directory: string) {
    this.#directory = directory
  }

  /**
   * A supply with some names made ahead, so that the first launch need not wait for them. Null where there are no
   * FIFOs: on Windows, in images so small that they lack mkfifo, and on file systems that have none (vboxsf, exFAT). And
   * in a worker thread: when that ends, Node closes whatever it has opened and, as far as `fs` knows, not closed
   * (`trackUnmanagedFds`); a descriptor that a socket has closed belongs to somebody else by then.
   */
  static async open(directory: string): Promise<PipeSupply | null> {
    if (process.platform === 'win32' || !isMainThread) return null
    const supply = new PipeSupply(directory)
    try {
      await supply.#prepare()
      return supply
    } catch (error) {
      const { code } = error as ExecFileException
      // It is not there, or it ran and could not: by a full disk none of the rest could be done either.
      if (code === 'ENOENT' || (typeof code === 'number' && asShortage(error) === null)) return null
      throw error
    }
  }

  async #prepare(): Promise<void> {
    this.#refill ??= this.#makeNames().finally(() => {
      this.#refill = null
    })
    await this.#refill
  }

  async take(): Promise<Pipe> {
    while (this.#names.length === 0) await this.#prepare()
    const path = this.#names.pop() as string
    // Reading first, or opening to write would wait for a reader; without O_NONBLOCK this would wait too.
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const writeEnd = openSync(path, constants.O_WRONLY)
    unlinkSync(path)
    return {
      writeEnd,
      read(onChunk, onEnd) {
        const socket = new Socket({
          fd: readEnd,
          readable: true,
          writable: false,
          onread: {
            buffer: Buffer.allocUnsafe(READ_BYTES),
            callback: (bytes, buffer) => {
              onChunk(Buffer.from(buffer.buffer as ArrayBuffer, buffer.byteOffset, bytes))
              return true
            },
          },
        })
        socket.once('close', onEnd)
        return socket
      },
      abandon: () => closeSync(readEnd),
    }
  }

  async #makeNames(): Promise<void> {
    const names = Array.from({ length: BATCH }, (_, index) =>
      join(this.#directory, `pipe-${this.#made + index}`),
    )
    this.#made += BATCH
    // Readable and writable by all: a sidecar that gives up root still opens /dev/stdout. Others cannot reach
    // it, because the directory is ours alone.
    await promisify(execFile)('mkfifo', ['-m', '666', ...names], { env: toolEnvironment() })
    this.#names.push(...names)
  }
}
