import { describe } from '../contract/announcement.ts'
import type { AnnounceChannel, Contract } from '../contract/contract.ts'
import { linesOf } from '../recording/query.ts'
import type { EventOf, LifeRecording, Line, StreamName } from '../recording/recording.ts'
import { printable } from '../text/printable.ts'

/** The stream that the announcement belongs on; null where it is no line on a stream. */
export function streamOf({ announce: { on } }: Contract): StreamName | null {
  return on.kind === 'stdout' || on.kind === 'stderr' ? on.kind : null
}

/** The lines by which it announced itself where the contract says, the stream's end included. */
export function announcementsOf(life: LifeRecording, contract: Contract): readonly Line[] {
  const stream = streamOf(contract)
  return stream === null ? [] : linesOf(life, 'announcement', stream)
}

/** What a line has to be, as the contract has it. */
export function grammarOf({ announce }: Contract): string {
  return describe(announce.pattern)
}

/** Why what is promised of a line is not judged. */
export function whyNoLine(on: AnnounceChannel): string {
  if (on.kind === 'listener') return 'it announces nothing: the contract has the kernel tell where it listens'
  if (on.kind === 'file') return `its port is announced in a file, ${on.path}`
  return 'its port is announced on a descriptor of its own'
}

/** `port 8080`, `the socket /tmp/backend.sock`. */
export function placeOf({ port, socket }: Pick<EventOf<'announcement'>, 'port' | 'socket'>): string {
  return socket === undefined ? `port ${port}` : `the socket ${printable(socket)}`
}
