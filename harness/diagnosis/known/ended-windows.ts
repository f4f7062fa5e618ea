import { exitedByItself, sinceLaunch } from '../../recording/query.ts'
import { duration } from '../../text/duration.ts'
import type { KnownFailure } from '../known-failure.ts'
import { START } from './start-clauses.ts'

const STATUS =
  'https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-erref/596a1078-e883-4972-9bbc-49e60bebca55'

/** Windows ends a process with the status of what went wrong: 32 bits, of which the upper two say that it is an error. */
function withStatus(
  statuses: readonly number[],
  known: Pick<KnownFailure, 'id' | 'title' | 'fix'>,
): KnownFailure {
  return {
    ...known,
    clauses: START,
    sources: [STATUS],
    recognise({ life }) {
      const exit = life === null ? null : exitedByItself(life)
      if (life === null || exit === null || exit.code === null) return null
      // Some launchers hand it on as a negative number.
      const status = exit.code >>> 0
      if (!statuses.includes(status)) return null
      const name = `0x${status.toString(16).toUpperCase()}`
      return {
        evidence: [
          `it exited with ${exit.code}, which is ${name}, ${duration(sinceLaunch(life, exit.atMs))} after its launch`,
        ],
      }
    },
  }
}

export const windowsFailures: readonly KnownFailure[] = [
  withStatus([0xc0000135], {
    id: 'library-missing',
    title: 'It needs a shared library that is not installed here.',
    fix: {
      any: 'Ship the DLL beside it: `dumpbin /dependents FILE` lists them. VCRUNTIME140.dll comes with the Visual C++ Redistributable, or link by /MT (Rust: `-C target-feature=+crt-static`).',
    },
  }),
  withStatus([0xc0000139, 0xc0000138], {
    id: 'library-of-another-version',
    title: 'A library was loaded that is another version than the one that it was linked with.',
    fix: {
      any: 'Ship the DLLs that it was built with in its own directory, which is searched before PATH; and see which Windows the call needs.',
    },
  }),
  withStatus([0xc000007b], {
    id: 'library-for-another-machine',
    title:
      'A library or addon that it loads is for another processor, another system or another version of its runtime.',
    fix: {
      any: 'One of its DLLs has 32 bits and it has 64, or the other way round: ship those of its own target, in its own directory.',
    },
  }),
  withStatus([0xc0000142], {
    id: 'library-does-not-initialise',
    title: 'A library that it loads fails to initialise: no desktop to belong to, or a scanner in between.',
    fix: {
      any: 'Launch it as the user whose session it is, not from a service or after log-out; and leave out the DLLs one by one.',
    },
  }),
  withStatus([0xc0000005, 0xc00000fd, 0xc0000374, 0x80000003], {
    id: 'crashes-in-native-code',
    title: 'It crashes in native code: a damaged file, an addon for another version, or a fault of its own.',
    fix: {
      any: 'Event Viewer, Application, names the module in which it is. Start the file that the build wrote: if that runs, something (UPX, a signer, a scanner) has changed it.',
    },
  }),
  withStatus([0xc0000409, 0xc0000602], {
    id: 'aborts-at-start',
    title:
      'Its runtime, or a library in it, has aborted: an assertion, a panic, memory that could not be had.',
    fix: {
      any: 'Fail-fast is how the C runtime, Rust and Go give up on Windows: the last words on stderr tell why, or Event Viewer the module.',
    },
  }),
  withStatus([0xc000001d, 0xc0000096], {
    id: 'instruction-not-known',
    title:
      'It uses instructions that this processor does not have (AVX2, say), or its runtime has given up on purpose.',
    fix: {
      any: 'Compile for processors that users have: no `/arch:AVX2`, no `-C target-cpu=native`.',
      bun: '`bun build --compile --target=bun-windows-x64-baseline`: the usual one needs AVX2.',
    },
  }),
  withStatus([0xc0000022, 0xc0000364, 0xc0000428], {
    id: 'launch-blocked-on-windows',
    title:
      'Windows refuses to launch it: a virus scanner or a policy (AppLocker) is in between, or it is no program.',
    fix: { any: 'Sign it and its DLLs, and see what Protection history and the AppLocker log name.' },
  }),
  withStatus([0xc000013a], {
    id: 'ended-with-its-console',
    title: 'It was ended by a Ctrl-C, or with the console that it shares: somebody else has closed that.',
    fix: {
      any: 'Launch it in a process group of its own (CREATE_NEW_PROCESS_GROUP) and without a console to share.',
    },
  }),
  withStatus([0xe0434352, 0xe06d7363], {
    id: 'crashes-at-start',
    title: 'It crashes while it starts: an error that nobody catches.',
    fix: {
      any: 'An exception of .NET (0xE0434352) or of C++ (0xE06D7363): the last words on stderr, or Event Viewer, have its stack.',
    },
  }),
]
