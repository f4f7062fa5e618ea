import { announcementsOf, grammarOf } from '../../clauses/announced.ts'
import { eventsOf, firstEvent, sinceLaunch } from '../../recording/query.ts'
import type { LifeRecording, StreamName } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import { printable } from '../../text/printable.ts'
import type { KnownFailure } from '../known-failure.ts'
import type { Runtime } from '../runtime.ts'
import { streamsOf } from './announce-stream.ts'

/** Something came on the stream for the announcement while it was waited for. */
function hasSpoken(life: LifeRecording, stream: StreamName): boolean {
  const deadline = eventsOf(life, 'deadline').find(({ waitedFor }) => waitedFor === 'announcement')
  return life[stream].lines.some(({ atMs }) => deadline !== undefined && atMs <= deadline.atMs)
}

const UNBUFFERED: readonly Runtime[] = ['node', 'bun', 'deno']
const WRITTEN_OUT_AT_EXIT: readonly Runtime[] = ['python', 'jvm']

const neverWritten: KnownFailure = {
  id: 'announcement-never-written',
  title: 'It listens, and nothing in it writes the announcement.',
  clauses: ['announce/flushed'],
  sources: ['https://nodejs.org/api/net.html#serveraddress'],
  fix: {
    any: 'Write the line to stdout where the server has begun to listen, and flush. One that cannot be changed can be found by where it listens: `announce: { on: "listener" }` in the contract.',
    node: "server.listen(0, '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port)).",
    python: 'print(f"BACKEND_PORT:{server.server_port}", flush=True), behind the constructor of the server.',
  },
  recognise(scene) {
    const { life, runtime } = scene
    const [stream] = streamsOf(scene)
    if (life === null || life[stream].bytes > 0) return null
    if (UNBUFFERED.includes(runtime)) {
      return {
        evidence: [
          `nothing came on ${stream} from its launch to its end, and its runtime keeps nothing back`,
        ],
      }
    }
    // A signal, and _exit() in C, lose what is in a buffer.
    if (!WRITTEN_OUT_AT_EXIT.includes(runtime) || firstEvent(life, 'exit')?.code !== 0) return null
    return {
      evidence: [
        `nothing came on ${stream}, also when it exited with 0, where its runtime writes out its buffers`,
      ],
    }
  },
}

const buffered: KnownFailure = {
  id: 'stdout-buffered',
  title:
    'It listens, and the announcement waits in a buffer: a pipe is no terminal, where each line is written at once.',
  clauses: ['announce/flushed'],
  sources: [
    'https://github.com/tauri-apps/tauri/issues/5022',
    'https://docs.python.org/3/using/cmdline.html#cmdoption-u',
  ],
  fix: {
    any: 'Flush stdout behind the line. C: `fflush(stdout)`, or `setvbuf(stdout, NULL, _IOLBF, 0)` at the start. Go: `Flush` of a bufio.Writer. Rust: `print!` and BufWriter need `flush()`, `println!` does not.',
    node: "Write it with process.stdout.write or console.log, which do not buffer, and not through a stream of your logger's.",
    python:
      'print(f"BACKEND_PORT:{port}", flush=True); or sys.stdout.reconfigure(line_buffering=True) once. PYTHONUNBUFFERED is set on your machine, and not on that of a user.',
    jvm: 'System.out.println(line); System.out.flush(): a PrintStream of your own without autoflush keeps it.',
  },
  recognise(scene) {
    const { life, evidence } = scene
    const [stream] = streamsOf(scene)
    if (life === null || hasSpoken(life, stream)) return null
    const [late] = announcementsOf(life, evidence.contract)
    if (late === undefined)
      return {
        evidence: [
          `${stream} stayed empty to its end, where a buffer can be lost; or the line is never written`,
        ],
      }
    return {
      cause: 'It listens, and the announcement came out only when it ended: it waited in a buffer.',
      evidence: [
        `"${printable(late.text)}" came ${duration(sinceLaunch(life, late.atMs))} after its launch, with its end`,
      ],
    }
  },
}

const otherLine: KnownFailure = {
  id: 'announcement-not-recognised',
  title: 'It listens and talks, but nothing that it writes is the announcement that the contract names.',
  clauses: ['announce/flushed'],
  sources: [],
  fix: {
    any: 'Write the line as the contract has it, or make `announce` in the contract fit the line that it writes.',
  },
  recognise(scene) {
    const { life, evidence } = scene
    const [stream] = streamsOf(scene)
    const [line] = life?.[stream].lines ?? []
    if (line === undefined) return { evidence: [`expected is ${grammarOf(evidence.contract)}`] }
    return { evidence: [`it wrote "${printable(line.text)}"`, `expected is ${grammarOf(evidence.contract)}`] }
  },
}

export const announceFlushedFailures: readonly KnownFailure[] = [neverWritten, buffered, otherLine]
