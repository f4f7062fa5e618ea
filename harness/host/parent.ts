import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Host, type LifeIdentity, MARKER_VARIABLE, type ProcessInfo } from './host.ts'
import type { Command } from './unprivileged.ts'

/** A command with the whole environment that it is to be spawned with. */
export interface LaunchCommand extends Command {
  readonly environment: Readonly<Record<string, string>>
}

const PROGRAM = fileURLToPath(new URL('./parent-program.mjs', import.meta.url))

/** What the program reads: the sidecar's command and environment. */
const CHILD_VARIABLE = 'SIDECAR_HARNESS_CHILD'

/** Windows: no socket can be opened without it. */
const NEEDED_VARIABLES = [MARKER_VARIABLE, 'SystemRoot']

/** A look costs a few milliseconds, so one that is longer ago than this need not be. */
const LOOK_AGAIN_MS = 20

/**
 * The command that launches a sidecar through a parent of its own, a small Node process. The parent alone holds
 * the other ends of the sidecar's three pipes, and passes on verbatim what goes through them. It handles no signal;
 * when it is killed outright, nothing of it is left. Ends the sidecar first, so does the parent, with its exit code
 * (as in a shell: 128 + n for signal n, 127 if it cannot be launched).
 *
 * Spawned as the leader of a life, it is `identity.pid`; the sidecar is in its group, carries its marker, and is
 * found by `findChild`. The pipes are sockets, as Electron's are: Node cannot make others. Its own start takes some
 * 25 ms more.
 */
export function parentCommand({ file, args, environment }: LaunchCommand): LaunchCommand {
  // Not the sidecar's own: a NODE_OPTIONS in there is meant for the sidecar.
  const own = Object.entries(environment).filter(([name]) => NEEDED_VARIABLES.includes(name))
  return {
    file: process.execPath,
    args: [PROGRAM],
    environment: {
      ...Object.fromEntries(own),
      [CHILD_VARIABLE]: JSON.stringify({ file, args, environment }),
    },
  }
}

/** The sidecar among the members of its life: what the parent launched. Undefined when it is no longer there. */
export function findChild(parentPid: number, members: readonly ProcessInfo[]): ProcessInfo | undefined {
  return members.find(member => member.parentPid === parentPid)
}

/**
 * Waits until a member of a life has ended that is no child of ours, so that nobody tells us: it is looked for,
 * again and again. Zombies count as ended. False when it is still there at the deadline.
 */
export async function untilGone(
  host: Host,
  life: LifeIdentity,
  { pid, startedAt }: ProcessInfo,
  deadlineMs: number,
): Promise<boolean> {
  const deadline = performance.now() + deadlineMs
  for (;;) {
    const members = await host.tree(life)
    if (!members.some(member => member.pid === pid && member.startedAt === startedAt)) return true
    const leftMs = deadline - performance.now()
    if (leftMs <= 0) return false
    await delay(Math.min(LOOK_AGAIN_MS, leftMs))
  }
}
