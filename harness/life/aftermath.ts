import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Listener, ProcessInfo } from '../host/host.ts'
import { Deadline } from './deadline.ts'
import type { Observed } from './look.ts'
import { addressOf, isElsewhere, type Target } from './target.ts'
import type { Transcript } from './transcript.ts'

export interface AftermathScene extends Observed {
  readonly transcripts: { readonly stdout: Transcript; readonly stderr: Transcript }
  readonly announced: Target | null
}

/** A grandchild can hold the pipes for ever, so their end is waited for only this long after the exit. */
const DRAIN_MS = 100
/** A child that got its own signal a moment before, or whose pipe just closed, may take this long to go. */
const STRAGGLER_MS = 500
/** A port can be in use for a moment by an outgoing connection of another life: the kernel shares the range. */
const PORT_TRIES = 10
const LOOK_AGAIN_MS = 20
/** What was just forked holds every socket of its parent until its execve: a busy machine lets it wait for some looks. */
const HELD_LOOKS = 3
/** One look misses what is just being forked, or has no environment in the middle of its execve. */
const QUIET_LOOKS = 2
const QUIET_PAUSE_MS = 2

/** What is left once the leader has exited: on its port, in its pipes, and of its processes, with which it comes back. */
export async function seeAftermath(scene: AftermathScene): Promise<readonly ProcessInfo[]> {
  if (scene.announced !== null) await checkPort(scene, scene.announced)
  await drain(scene)
  const processes = await findLeftovers(scene)
  scene.recorder.record({ type: 'leftovers', processes })
  return processes
}

async function checkPort({ host, recorder }: AftermathScene, announced: Target): Promise<void> {
  const { port } = announced
  // A socket of the file system is a file: who leaves it behind leaves litter. And what is another machine's cannot be
  // taken here, whoever has it.
  if (port === null || isElsewhere(announced)) return
  let error: string | null = null
  let holders: Listener[] = []
  let heldLooks = 0
  for (let attempt = 0; attempt < PORT_TRIES; attempt++) {
    error = await bind(port, addressOf(announced))
    holders = []
    if (error === null) break
    holders = await host.listenersOn(port)
    if (holders.length > 0 && ++heldLooks === HELD_LOOKS) break
    await delay(LOOK_AGAIN_MS)
  }
  recorder.record({ type: 'port-freed', port, free: error === null, error, holders })
}

/**
 * Null when the port can be bound again. Node sets SO_REUSEADDR, and so TIME_WAIT is a hindrance only where the
 * sidecar did not: Linux asks for it on both sockets.
 */
function bind(port: number, address: string): Promise<string | null> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', problem => resolve((problem as NodeJS.ErrnoException).code ?? problem.message))
    server.listen({ port, host: address, exclusive: true }, () => server.close(() => resolve(null)))
  })
}

async function drain({ transcripts }: AftermathScene): Promise<void> {
  const closed = [transcripts.stdout, transcripts.stderr].map(transcript => transcript.whenClosed())
  await new Deadline(DRAIN_MS).before(Promise.all(closed))
}

async function findLeftovers({ host, identity }: AftermathScene): Promise<ProcessInfo[]> {
  const until = performance.now() + STRAGGLER_MS
  let quietLooks = 0
  for (;;) {
    const processes = await host.tree(identity)
    quietLooks = processes.length === 0 ? quietLooks + 1 : 0
    if (quietLooks === QUIET_LOOKS || performance.now() >= until) return processes
    await delay(quietLooks > 0 ? QUIET_PAUSE_MS : LOOK_AGAIN_MS)
  }
}
