import { type ExecFileException, execFile } from 'node:child_process'
import { closeSync, constants, openSync, unlinkSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isMainThread } from 'node:worker_threads'
import { asShortage } from '../host/shortage.ts'
import { toolEnvironment } from '../host/tool.ts'

/** For stdout and stderr. */
export const PIPES_OF_A_LIFE = 2
/** Names that are there before anything is launched: whoever launches one sidecar waits for no more. */
const FIRST_NAMES: number = 2 * PIPES_OF_A_LIFE
/** Names made at a time, while there are still some: to start mkfifo costs milliseconds, and a name hundredths of one. */
const BATCH = 32

/** Who is given what comes out of a pipe. */
export interface PipeReader {
  /** Asked before the first read, and after each chunk. */
  room(): Buffer
  onChunk(chunk: Buffer): void
  onEnd(): void
}

/** A real pipe: what a desktop app gives its sidecar, where Node's own `pipe` is a socketpair. */
export interface Pipe {
  /** Given to the child as a descriptor, and closed by us when it has been spawned. */
  readonly writeEnd: number
  /** Starts reading, each time into what `room` comes back with. */
  read(reader: PipeReader): Socket
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
  #making: Promise<void> | null = null

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
      await supply.#make(FIRST_NAMES)
      return supply
    } catch (error) {
      const { code } = error as ExecFileException
      // It is not there, or it ran and could not: by a full disk none of the rest could be done either.
      if (code === 'ENOENT' || (typeof code === 'number' && asShortage(error) === null)) return null
      throw error
    }
  }

  /** Makes sure of so many, for those who launch many at once: they are not to wait in between. */
  async provide(count: number): Promise<void> {
    while (this.#names.length < count) await this.#make(count - this.#names.length)
  }

  async take(): Promise<Pipe> {
    while (this.#names.length === 0) await this.#make(BATCH)
    // Where a second one is launched there are more to come.
    const fewest = this.#made > FIRST_NAMES ? BATCH / 2 : FIRST_NAMES / 2
    // What goes wrong ahead of time is told to the one who has to wait for it in the end.
    if (this.#names.length < fewest) this.#make(BATCH).catch(() => {})
    const path = this.#names.pop() as string
    // Reading first, or opening to write would wait for a reader; without O_NONBLOCK this would wait too.
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const writeEnd = openSync(path, constants.O_WRONLY)
    unlinkSync(path)
    return {
      writeEnd,
      read({ room, onChunk, onEnd }) {
        const socket = new Socket({
          fd: readEnd,
          readable: true,
          writable: false,
          onread: {
            buffer: room,
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

  /** Comes back when no more names are being made, so that their directory can be removed. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#making])
  }

  /** One batch at a time: who asks while one is being made gets that. */
  #make(count: number): Promise<void> {
    this.#making ??= this.#makeNames(count).finally(() => {
      this.#making = null
    })
    return this.#making
  }

  async #makeNames(count: number): Promise<void> {
    const names = Array.from({ length: count }, (_, index) =>
      join(this.#directory, `pipe-${this.#made + index}`),
    )
    this.#made += count
    // Readable and writable by all: a sidecar that gives up root still opens /dev/stdout. Others cannot reach
    // it, because the directory is ours alone.
    await promisify(execFile)('mkfifo', ['-m', '666', ...names], { env: toolEnvironment() })
    this.#names.push(...names)
  }
}
