import type { Grammar } from '../contract/announcement.ts'
import type { StreamName, StreamRecording } from '../recording/recording.ts'
import { InspectorsWords } from './inspectors-words.ts'
import type { LaunchedProcess } from './launch.ts'
import type { Recorder } from './recorder.ts'
import { Transcript } from './transcript.ts'

/** A life's stdout and stderr: kept as they come, and read as long as the scenario wants them read. */
export class Streams {
  readonly transcripts: { readonly stdout: Transcript; readonly stderr: Transcript } = {
    stdout: new Transcript(),
    stderr: new Transcript(),
  }
  readonly #letGo = new Set<StreamName>()
  #inspector: InspectorsWords | null = null

  /** Keeps what came on a stream. Comes back with it, less what is not the sidecar's. */
  keep(stream: StreamName, chunk: Buffer, atMs: number): Buffer {
    const own = stream === 'stderr' && this.#inspector !== null ? this.#inspector.push(chunk) : chunk
    if (own.length > 0) this.transcripts[stream].write(own, atMs)
    return own
  }

  /** From now on leaves out what an inspector that we have opened says of itself. */
  setAsideInspectorsWords(): void {
    this.#inspector ??= new InspectorsWords()
  }

  /** Nobody holds the other end any more: unless it was us who let go, whoever wrote has. */
  ended(stream: StreamName, atMs: number): void {
    if (this.#letGo.has(stream)) return
    const held = stream === 'stderr' ? this.#inspector?.flush() : undefined
    if (held !== undefined && held.length > 0) this.transcripts[stream].write(held, atMs)
    this.transcripts[stream].close(atMs)
  }

  /** Pauses reading, goes on with it, or closes our end for good. */
  read(
    stream: StreamName,
    what: 'paused' | 'resumed' | 'closed',
    process: LaunchedProcess,
    recorder: Recorder,
  ): void {
    const end = process[stream]
    if (end === null) return
    const receivedBytes = this.transcripts[stream].bytes
    recorder.record({ type: 'stream-reading', stream, what, receivedBytes })
    if (what === 'paused') end.pause()
    else if (what === 'resumed') end.resume()
    else {
      this.#letGo.add(stream)
      end.destroy()
    }
  }

  /** From now on an end says nothing of the sidecar: we hang up ourselves. */
  letGo(): void {
    this.#letGo.add('stdout').add('stderr')
  }

  toRecording(
    transport: StreamRecording['transport'],
    grammar: Grammar,
  ): { readonly stdout: StreamRecording; readonly stderr: StreamRecording } {
    const { stdout, stderr } = this.transcripts
    return {
      stdout: stdout.toRecording(transport, grammar),
      stderr: stderr.toRecording(transport, grammar),
    }
  }
}
