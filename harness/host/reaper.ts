import { type ChildProcess, spawn } from 'node:child_process'
import { PlainError } from '../text/plain-error.ts'
import { MARKER_VARIABLE } from './host.ts'

/**
 * A small shell process that outlives the harness. It holds the reading end of a pipe; when the harness is
 * gone, by whatever way, the pipe closes, and the reaper kills every life that was not reported gone, with
 * all that carries this harness's marker, and removes its temporary directory. Exit handlers cannot do this:
 * they do not survive SIGKILL, and test runners end their workers with it.
 */
export interface Reaper {
  /** A life's leader was spawned. Its marker was known to the reaper before that. */
  watch(pid: number): void
  /** Nothing of that life is left. */
  forget(pid: number): void
  /** A directory to be removed when the harness dies. */
  own(directory: string): void
  /** Everything is cleared away: the reaper leaves without looking. */
  dismiss(): Promise<void>
}

/**
 * How often in a row nothing may be found before the reaper believes it, and the pause between looks: a
 * process that forks while it is looked for is seen by a later look.
 */
const QUIET_LOOKS = 6
const PAUSE_SECONDS = 0.05

/*
 * Plain POSIX shell, because a shell starts in 1 ms and needs half a megabyte, where a second Node needs
 * 40 ms and 40 MB. Without /proc (macOS, BSD) only the groups can be ended: no marker can be seen there.
 *
 * A group's number stays taken while the group has members, so a leader that is gone cannot have been
 * replaced; one that is there is compared by its start time (field 22 of stat, counted behind the command
 * name, which can hold spaces and parentheses).
 *
 * A killed group counts for nothing: where the first process reaps no orphans (in many containers it is the
 * program itself), zombies remain, which can be signalled for ever.
 */
const SCRIPT = `
trap '' HUP INT TERM QUIT PIPE
mark=$1 lives= directories=
newline='
'
started() {
  if [ -r /proc/self/stat ]; then
    read -r stat 2>/dev/null < "/proc/$1/stat" || return 1
    set -- \${stat##*) }
    echo "\${20}"
  else
    ps -o lstart= -p "$1" | tr -d ' '
  fi
}
while IFS= read -r line; do
  case $line in
    'watch '*) pid=\${line#watch }; lives="$lives $pid:$(started "$pid")" ;;
    'forget '*)
      kept=
      for life in $lives; do [ "\${life%%:*}" = "\${line#forget }" ] || kept="$kept $life"; done
      lives=$kept ;;
    'own '*) directories="$directories\${line#own }$newline" ;;
    dismiss) exit 0 ;;
  esac
done
quiet=0
while [ "$quiet" -lt ${QUIET_LOOKS} ]; do
  quiet=$((quiet + 1))
  for life in $lives; do
    pid=\${life%%:*}
    now=$(started "$pid") && [ -n "$now" ] && [ "$now" != "\${life#*:}" ] && continue
    kill -KILL "-$pid" 2>/dev/null
  done
  for file in $(grep -lsF -- "$mark" /proc/[0-9]*/environ); do
    pid=\${file#/proc/}
    kill -KILL "\${pid%/environ}" 2>/dev/null && quiet=0
  done
  sleep ${PAUSE_SECONDS}
done
IFS=$newline
for directory in $directories; do
  rm -rf -- "$directory" 2>/dev/null && continue
  chmod -R u+rwx -- "$directory"
  rm -rf -- "$directory"
done
`

/**
 * Starts the reaper of one harness. `harnessId` begins the marker of each of its lives and of nothing else.
 * On Windows there is none: a job object would be its equal there, and Node cannot make one.
 */
export function startReaper(harnessId: string): Reaper {
  if (process.platform === 'win32') return { watch() {}, forget() {}, own() {}, async dismiss() {} }
  const child = spawn(
    '/bin/sh',
    ['-c', SCRIPT, 'sidecar-harness-reaper', `${MARKER_VARIABLE}=${harnessId}`],
    {
      // A session of its own: the terminal's Ctrl-C is the harness's to handle.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' },
      cwd: '/',
    },
  )
  const { stdin } = child
  if (child.pid === undefined || stdin === null) throw new ReaperError(child)
  child.unref()
  // An unread pipe handle would keep the harness alive until somebody dismisses the reaper.
  ;(stdin as unknown as { unref(): void }).unref()
  const tell = (line: string): void => {
    if (!stdin.destroyed) stdin.write(`${line}\n`)
  }
  // Somebody killed the reaper itself. Lives are still ended by the harness; only its own death would leave them.
  stdin.on('error', () => stdin.destroy())
  return {
    watch: pid => tell(`watch ${pid}`),
    forget: pid => tell(`forget ${pid}`),
    own: directory => tell(`own ${directory}`),
    dismiss: () => dismiss(child, stdin, tell),
  }
}

/** No life is launched without a reaper: nothing could promise that it is ended. */
export class ReaperError extends PlainError {
  override readonly name = 'ReaperError'
  override readonly blame = 'machine'

  constructor(child: ChildProcess) {
    super(`The reaper, a /bin/sh, could not be started (${child.spawnfile}), so nothing is launched.`)
  }
}

async function dismiss(
  child: ChildProcess,
  stdin: NodeJS.WritableStream,
  tell: (line: string) => void,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.ref()
  tell('dismiss')
  stdin.end()
  await gone
}
