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
  /**
   * A life's leader was spawned. Its marker was known to the reaper before that. Where its start time is known too, as a host
   * tells it that shows markers, the reaper need not look for it, and is told at the end of this turn of the loop, of all
   * that were launched in it: to wake it for each would take a core from those that start.
   */
  watch(pid: number, startedAt?: string): void
  /** A process of that life which has left its group: once it has lost its parents, nothing else leads to it. */
  watchStray(leader: number, pid: number): void
  /** Nothing of that life is left. */
  forget(pid: number): void
  /** A directory, or a file, to be removed when the harness dies. Throws LineBreakError. */
  own(path: string): void
  /** Everything is cleared away: the reaper leaves without looking. */
  dismiss(): Promise<void>
}

/**
 * How often in a row nothing may be found before the reaper believes it, and the pause between looks: a process that
 * is in the middle of `execve` shows no environment for a moment, and one that forks while it is looked for is seen by a
 * later look. Together well below the half second after which nothing may be left.
 */
const QUIET_LOOKS = 4
const PAUSE_SECONDS = 0.03

/*
 * Plain POSIX shell, because a shell starts in 1 ms and needs half a megabyte, where a second Node needs
 * 40 ms and 40 MB. Without /proc (macOS, BSD) only the groups can be ended: no marker can be seen there.
 *
 * There is no gap between a life's spawn and the word of it: the marker is known from the start, and what is forked and has
 * not become the sidecar yet still holds the harness's end of the pipe, which is closed by execve alone.
 *
 * A group's number stays taken while the group has members, so a leader that is gone cannot have been
 * replaced; one that is there is compared by its start time (field 22 of stat, counted behind the command
 * name, which can hold spaces and parentheses).
 *
 * Who has left the group and wears no marker (Chromium's zygotes, sudo, `env -i`) is found as a descendant, as long as its
 * parents are there, because the harness has seen it before, or because it works in a directory that is to be removed, on
 * nobody's terminal. So the tree is walked before anything of it is killed, and each is stopped before its children are
 * read, or it would go on forking behind our back.
 *
 * A killed group counts for nothing: where the first process reaps no orphans (in many containers it is the
 * program itself), zombies remain, which can be signalled for ever.
 */
const SCRIPT = `
trap '' HUP INT TERM QUIT PIPE
mark=$1 lives= strays= paths= patterns=
newline='
'
started() {
  start=
  if [ -r /proc/self/stat ]; then
    read -r stat < "/proc/$1/stat" || return
    set -- \${stat##*) }
    terminal=$5 start=\${20}
  else
    start=$(ps -o lstart= -p "$1" | tr -d ' ')
  fi
}
without() {
  leader=$1 kept=
  shift
  for entry; do [ "\${entry%%:*}" = "$leader" ] || kept="$kept $entry"; done
}
families() {
  tree=
  while [ "$#" -gt 0 ]; do
    next=
    for pid; do
      kill -STOP "$pid" || continue
      for thread in "/proc/$pid/task/"*; do
        children=
        read -r children < "$thread/children"
        next="$next $children"
      done
    done
    tree="$tree $*"
    set -- $next
  done
}
working() {
  [ -n "$patterns" ] || return
  ls -ld /proc/[0-9]*/cwd | grep -F -- "$patterns" | while read -r line; do
    line=\${line#*/proc/}
    started "\${line%%/*}"
    [ "$terminal" = 0 ] && echo "/proc/\${line%%/*}/cwd"
  done
}
while IFS= read -r line; do
  case $line in
    'watch '*)
      set -- \${line#watch }; start=$2
      [ -n "$start" ] || started "$1"
      lives="$lives $1:$start" ;;
    'stray '*) set -- \${line#stray }; started "$2"; strays="$strays $1:$2:$start" ;;
    'forget '*)
      without "\${line#forget }" $lives; lives=$kept
      without "$leader" $strays; strays=$kept ;;
    'own '*)
      paths="$paths\${line#own }$newline"
      patterns="\${patterns:+$patterns$newline}/\${line##*/}/" ;;
    dismiss) exit 0 ;;
  esac
done
roots=
for life in $lives; do
  leader=\${life%%:*}
  started "$leader"
  [ "$start" = "\${life#*:}" ] && roots="$roots $leader"
done
for stray in $strays; do
  stray=\${stray#*:}
  pid=\${stray%%:*}
  started "$pid"
  [ "$start" = "\${stray#*:}" ] && roots="$roots $pid"
done
families $roots
for pid in $tree; do kill -KILL "$pid"; done
quiet=0
while [ "$quiet" -lt ${QUIET_LOOKS} ]; do
  quiet=$((quiet + 1))
  for life in $lives; do
    leader=\${life%%:*}
    started "$leader"
    [ -n "$start" ] && [ "$start" != "\${life#*:}" ] && continue
    kill -KILL "-$leader"
  done
  for file in $(grep -lsF -- "$mark" /proc/[0-9]*/environ) $(working); do
    pid=\${file#/proc/}
    kill -KILL "\${pid%/*}" && quiet=0
  done
  sleep ${PAUSE_SECONDS}
done
IFS=$newline
for path in $paths; do
  rm -rf -- "$path" && continue
  chmod -R u+rwx -- "$path"
  rm -rf -- "$path"
done
`

/**
 * Starts the reaper of one harness. `harnessId` begins the marker of each of its lives and of nothing else.
 * On Windows there is none: a job object would be its equal there, and Node cannot make one.
 */
export function startReaper(harnessId: string): Reaper {
  if (process.platform === 'win32')
    return { watch() {}, watchStray() {}, forget() {}, own() {}, async dismiss() {} }
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
  let untold = ''
  const tellAll = (): void => {
    if (untold !== '' && !stdin.destroyed) stdin.write(untold)
    untold = ''
  }
  const tellSoon = (line: string): void => {
    if (untold === '') process.nextTick(tellAll)
    untold += `${line}\n`
  }
  const tell = (line: string): void => {
    untold += `${line}\n`
    tellAll()
  }
  // Somebody killed the reaper itself. Lives are still ended by the harness; only its own death would leave them.
  stdin.on('error', () => stdin.destroy())
  return {
    watch: (pid, startedAt) =>
      startedAt === undefined ? tell(`watch ${pid}`) : tellSoon(`watch ${pid} ${startedAt}`),
    watchStray: (leader, pid) => tell(`stray ${leader} ${pid}`),
    forget: pid => tell(`forget ${pid}`),
    own: path => {
      if (path.includes('\n')) throw new LineBreakError(path)
      tell(`own ${path}`)
    },
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

/** The reaper is told line by line, and what it removes has to be what was meant. */
export class LineBreakError extends PlainError {
  override readonly name = 'LineBreakError'
  override readonly blame = 'caller'
  readonly path: string

  constructor(path: string) {
    super(
      `Nothing is made where a path holds a line break: ${JSON.stringify(path)}. Choose another directory.`,
    )
    this.path = path
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
