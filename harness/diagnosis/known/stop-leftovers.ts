import type { Evidence } from '../../recording/evidence.ts'
import { eventsOf, firstEvent } from '../../recording/query.ts'
import { describeLeft, leftoversOf } from '../family.ts'
import type { KnownFailure } from '../known-failure.ts'
import { serverOutlives } from './stop-launchers.ts'

const inherited: KnownFailure = {
  id: 'child-inherits-the-port',
  title: 'A process that it leaves behind has inherited its listening socket, and keeps the port.',
  clauses: ['stop/frees-port'],
  sources: ['https://github.com/TesslateAI/OpenSail/issues/122', 'https://peps.python.org/pep-0446/'],
  fix: {
    any: 'End its children before it ends, and do not hand the socket on: open it with SOCK_CLOEXEC, close it in the child behind a fork.',
    node: 'Children get what stands in `stdio` alone: take the server, or its descriptor, out of there; workers of cluster and fork() that were sent the handle have to be ended, too.',
    python:
      'os.fork and multiprocessing with "fork" hand on all that is open: use "spawn", or end the workers first. Not `close_fds=False`, nor `pass_fds`, nor `set_inheritable(True)`.',
  },
  recognise({ life }) {
    const left = leftoversOf(life)
    const port = life === null ? null : firstEvent(life, 'port-freed')
    const holder = port?.holders.find(({ pid }) => left?.processes.some(each => each.pid === pid))
    if (left === null || port == null || holder === undefined) return null
    return { evidence: [...describeLeft(left), `${holder.pid} listens on ${holder.address}:${port.port}`] }
  },
}

const heldByStranger: KnownFailure = {
  id: 'port-kept-by-a-runaway',
  title:
    'A process that has left its tree, with another parent, another group and another environment, keeps its port.',
  clauses: ['stop/frees-port'],
  sources: ['https://github.com/tilemill-project/tilemill/issues/1123'],
  fix: {
    any: 'Nothing that it starts may become a daemon: no `setsid`, `nohup`, `daemon()`, service manager or `env -i` in between. Keep it as a child, and end it.',
  },
  recognise({ life }) {
    const port = life === null ? null : firstEvent(life, 'port-freed')
    const holders = (port?.holders ?? []).map(({ pid, address, port: held }) => {
      const who =
        pid === 0 ? 'a process that cannot be seen' : `process ${pid}, which carries no mark of this life,`
      return `${who} listens on ${address}:${held}`
    })
    return { evidence: holders }
  },
}

const END_CHILDREN = {
  any: 'Keep every process that it starts; when it is told to stop, signal each (SIGTERM, and SIGKILL after a second or two), wait for all of them, and only then exit.',
  node: "`child.kill('SIGTERM')` for each, and `await once(child, 'exit')` before process.exit(). Not through `shell: true` or `npm run`, which do not pass the signal on.",
  python:
    '`process.terminate()`, then `process.wait(timeout=2)`, then `process.kill()`; `daemon=True` in multiprocessing.',
  jvm: '`process.toHandle().destroy()` and `process.onExit().get()` in the shutdown hook, with `descendants()` first.',
} as const

const detached: KnownFailure = {
  id: 'left-in-a-session-of-its-own',
  title:
    'It leaves a process behind that it has put into a group or session of its own, where no kill of its group reaches it.',
  clauses: ['stop/no-orphans'],
  sources: [
    'https://nodejs.org/api/child_process.html#optionsdetached',
    'https://github.com/anomalyco/opencode/issues/12767',
  ],
  fix: {
    ...END_CHILDREN,
    any: `Take out what detaches it (setsid, daemon(), nohup, \`start_new_session\`). ${END_CHILDREN.any}`,
    node: `Take out \`detached: true\`, or kill its whole group by \`process.kill(-child.pid)\`. ${END_CHILDREN.node}`,
    python: `Take out \`start_new_session=True\` and \`process_group=0\`, or end the group by os.killpg(). ${END_CHILDREN.python}`,
  },
  recognise({ life }) {
    const left = leftoversOf(life)
    if (left === null || left.inOwnGroup.length === 0) return null
    return { evidence: describeLeft(left) }
  },
}

const holdsPipes: KnownFailure = {
  id: 'left-holding-the-pipes',
  title:
    'It leaves a process behind that holds its stdout or stderr open: its app waits for the end of these for ever.',
  clauses: ['stop/no-orphans'],
  sources: ['https://github.com/tinylibs/tinyexec/issues/138'],
  fix: {
    ...END_CHILDREN,
    any: `Give what it starts pipes of its own, or none (\`/dev/null\`), and never its own stdout. ${END_CHILDREN.any}`,
    node: `stdio: ['pipe', 'pipe', 'pipe'] or 'ignore' instead of 'inherit'. ${END_CHILDREN.node}`,
    python: `stdout=subprocess.DEVNULL or PIPE instead of none, which inherits. ${END_CHILDREN.python}`,
  },
  recognise({ life }) {
    const left = leftoversOf(life)
    if (left === null || left.heldStreams.length === 0) return null
    return { evidence: [...describeLeft(left), `${left.heldStreams.join(' and ')} still held open`] }
  },
}

const workerForgotten: KnownFailure = {
  id: 'worker-outlives-it',
  title: 'It ends without a process that it has had beside it all the time.',
  clauses: ['stop/no-orphans'],
  sources: [
    'https://github.com/anomalyco/opencode/issues/12767',
    'https://github.com/tinyhumansai/openhuman/pull/495',
  ],
  fix: END_CHILDREN,
  recognise({ life }) {
    const left = leftoversOf(life)
    return left === null || left.fromBefore.length === 0 ? null : { evidence: describeLeft(left) }
  },
}

/** By the lives that were looked at: each was of one process. */
function isAloneWhileItServes({ lives }: Evidence): boolean {
  const looks = lives
    .filter(life => firstEvent(life, 'found-behind-parent') === null)
    .flatMap(life => eventsOf(life, 'tree'))
    .filter(({ moment }) => moment === 'ready')
  return looks.length > 0 && looks.every(({ processes }) => processes.length === 1)
}

const startedAtTheEnd: KnownFailure = {
  id: 'started-at-its-end',
  title: 'It starts a process while it stops, and does not wait for that to end.',
  clauses: ['stop/no-orphans'],
  sources: ['https://nodejs.org/api/child_process.html#subprocessunref'],
  fix: {
    any: 'Wait for it: what is run at the end (a backup, a clean-up, a goodbye) is a part of the stop, and has to fit into its time. Or do it at the next start.',
    node: "Take out `unref()`, and `await once(child, 'exit')` before process.exit(); `spawnSync` for what is short.",
    python: 'subprocess.run() instead of Popen(), with a timeout.',
  },
  recognise({ life, evidence }) {
    const left = leftoversOf(life)
    if (left === null || left.fromBefore.length > 0) return null
    if (left.isBeforeUnknown && !isAloneWhileItServes(evidence)) return null
    return { evidence: [...describeLeft(left), 'it was not there while the sidecar served'] }
  },
}

const leftBehind: KnownFailure = {
  id: 'process-left-behind',
  title: 'It leaves a process behind.',
  clauses: ['stop/no-orphans'],
  sources: ['https://github.com/anomalyco/opencode/issues/12767'],
  fix: END_CHILDREN,
  recognise({ life }) {
    const left = leftoversOf(life)
    return { evidence: left === null ? [] : describeLeft(left) }
  },
}

/** What is there once it has ended: from the particular to the general. */
export const stopLeftovers: readonly KnownFailure[] = [
  serverOutlives,
  inherited,
  heldByStranger,
  detached,
  holdsPipes,
  workerForgotten,
  startedAtTheEnd,
  leftBehind,
]
