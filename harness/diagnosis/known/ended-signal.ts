import { lastWords } from '../../clauses/words.ts'
import { exitedByItself, sinceLaunch } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import { duration } from '../../text/duration.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { START } from './start-clauses.ts'

/** Shells, Node and Docker say 128 + n where a child has died of the signal n. */
const OF_A_SIGNAL = 128

/** The same on Linux and macOS; recordings are judged on other systems too, so they stand here. That of SIGBUS differs. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
}
const BUS: Readonly<Record<string, number>> = { linux: 7, macos: 10 }

/** Of what signal it died by itself, or says that a child of its has died. */
function signalIn({ life, evidence: { host } }: Scene): string | null {
  const exit = life === null ? null : exitedByItself(life)
  if (exit === null || host.os === 'windows') return null
  if (exit.signal !== null) return exit.signal
  const number = (exit.code ?? 0) - OF_A_SIGNAL
  return number === BUS[host.os] ? 'SIGBUS' : (NAMES[number] ?? null)
}

export function ofSignal(
  signals: readonly string[],
  known: Pick<KnownFailure, 'id' | 'title' | 'fix' | 'sources'>,
  fits: (scene: Scene & { readonly life: LifeRecording }) => boolean = () => true,
): KnownFailure {
  return {
    ...known,
    clauses: START,
    recognise(scene) {
      const { life } = scene
      const exit = life === null ? null : exitedByItself(life)
      const signal = signalIn(scene)
      if (life === null || exit === null || signal === null) return null
      if (!(signals.length === 0 || signals.includes(signal)) || !fits({ ...scene, life })) return null
      const how =
        exit.signal === null
          ? `it exited with code ${exit.code}, which is ${OF_A_SIGNAL} + ${signal}`
          : `${signal} killed it`
      return {
        evidence: [
          `${how}, ${duration(sinceLaunch(life, exit.atMs))} after its launch`,
          lastWords(life, 'stderr'),
        ],
      }
    },
  }
}

/** From the particular to the general; what macOS does is beside. */
export const signalFailures: readonly KnownFailure[] = [
  ofSignal(['SIGKILL'], {
    id: 'killed-from-outside',
    title:
      'It was killed while it started, and not by the harness: memory ran out, a container has a limit, or a guard did it.',
    fix: {
      any: '`dmesg | grep -i "killed process"` names what the kernel killed for its memory; systemd and containers have limits of their own (`memory.max`). Load less at the start, or raise the limit. Or something of yours calls kill.',
    },
    sources: ['https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html'],
  }),
  ofSignal(['SIGILL'], {
    id: 'instruction-not-known',
    title:
      'It uses instructions that this processor does not have (AVX2, say), or its runtime has given up on purpose.',
    fix: {
      any: 'Compile for processors that users have: `-march=x86-64-v2`, no `-C target-cpu=native`; and see on one of them. Without such a flag it is an assertion: the last words tell which.',
      bun: '`bun build --compile --target=bun-linux-x64-baseline` (or windows, darwin): the usual ones need AVX2.',
    },
    sources: ['https://github.com/BunnyWay/cli/pull/97', 'https://github.com/huxingyi/autoremesher/pull/39'],
  }),
  ofSignal(['SIGABRT', 'SIGTRAP'], {
    id: 'aborts-at-start',
    title:
      'Its runtime, or a library in it, has aborted: an assertion, a panic, memory that could not be had.',
    fix: {
      any: 'The last words name it. A heap that is too small is Node with 134; `terminate called` an exception of C++; a panic with `panic = "abort"` Rust.',
      node: '134 is mostly the heap: `--max-old-space-size` belongs into `execArgv` of the SEA configuration, or into what pkg bakes in.',
    },
    sources: ['https://nodejs.org/api/process.html#exit-codes'],
  }),
  ofSignal(['SIGSEGV', 'SIGBUS', 'SIGFPE'], {
    id: 'crashes-in-native-code',
    title: 'It crashes in native code: a damaged file, an addon for another version, or a fault of its own.',
    fix: {
      any: 'Start the file that the build wrote: if that runs, something has rewritten it since (linuxdeploy, patchelf, upx; SIGBUS: it was cut off). Otherwise `coredumpctl debug`, or gdb, shows the library in which it is.',
      node: 'Leave the native addons out one by one: one that was built for another version of Node, or for glibc where there is musl, does this.',
    },
    sources: [
      'https://github.com/tauri-apps/tauri/issues/5189',
      'https://github.com/Hello-QM/catgo-LRG/pull/200',
    ],
  }),
  ofSignal(['SIGPIPE'], {
    id: 'dies-of-a-closed-pipe',
    title: 'It writes into a pipe whose reader has gone: one to a child of its own, or a connection.',
    fix: {
      any: 'Ignore SIGPIPE (`signal(SIGPIPE, SIG_IGN)`), and take EPIPE for what it is: nobody listens any more.',
    },
    sources: ['https://man7.org/linux/man-pages/man7/pipe.7.html'],
  }),
  ofSignal([], {
    id: 'dies-of-signal-at-start',
    title: 'A signal ends it before it is ready, and the harness has sent none.',
    fix: {
      any: 'Look for who sends it: a watchdog, a sandbox (SIGSYS), a `kill` of its own at the instance before. 128 + n is what a wrapper says of its child.',
    },
    sources: ['https://man7.org/linux/man-pages/man7/signal.7.html'],
  }),
]
