import { compileGrammar } from '../../../harness/contract/announcement.ts'
import { toAnnounce } from '../../../harness/contract/to-announce.ts'
import { Transcript } from '../../../harness/life/transcript.ts'
import type { StreamRecording } from '../../../harness/recording/recording.ts'

const GRAMMAR = compileGrammar(toAnnounce('BACKEND_PORT:{port}'))

/** What is recorded of a stream that came in these pieces, the first at 0 ms and each 1 ms after the one before. */
export function recordingOf(pieces: readonly (string | Buffer)[]): StreamRecording {
  const transcript = new Transcript()
  for (const [index, piece] of pieces.entries()) transcript.write(Buffer.from(piece as string), index)
  return transcript.toRecording('pipe', GRAMMAR)
}

/** The recorded form of a transcript that was written to otherwise. */
export function toRecording(transcript: Transcript): StreamRecording {
  return transcript.toRecording('pipe', GRAMMAR)
}
