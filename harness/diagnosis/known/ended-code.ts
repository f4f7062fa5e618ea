import { lastWords } from '../../clauses/words.ts'
import { exitedByItself, firstEvent } from '../../recording/query.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { sayingOf } from '../said.ts'
import { NODE_OPTIONS_REFUSED } from './shared.ts'
import { START } from './start-clauses.ts'

/** The code that it ended with by itself; null for a signal, and for who did not. */
function codeOf({ life }: Scene): number | null {
  return life === null ? null : (exitedByItself(life)?.code ?? null)
}

/** An end with one of these codes. */
function withCode(
  codes: readonly number[],
  known: Pick<KnownFailure, 'id' | 'title' | 'fix' | 'sources'>,
  fits: (scene: Scene) => boolean = () => true,
): KnownFailure {
  return {
    ...known,
    clauses: START,
    recognise(scene) {
      const code = codeOf(scene)
      if (code === null || scene.life === null || !codes.includes(code) || !fits(scene)) return null
      return { evidence: [`it exited with code ${code}`, lastWords(scene.life, 'stderr')] }
    },
  }
}

const NODE_CODES = 'https://nodejs.org/api/process.html#exit-codes'
const SHELL_CODES = 'https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html'

/** Exit codes that runtimes and shells give a meaning to. Those of signals, and of Windows, are beside. */
export const codeFailures: readonly KnownFailure[] = [
  withCode(
    [0],
    {
      id: 'went-into-background',
      title:
        'It ends with 0 and leaves a process behind: it goes into the background, where its app cannot find it.',
      fix: {
        any: 'Stay in the foreground: no fork, daemon(), `&` or `--daemon`. A launcher ends by `exec server "$@"`, so that it becomes the server.',
      },
      sources: ['https://man7.org/linux/man-pages/man3/daemon.3.html'],
    },
    ({ life }) => (life === null ? 0 : (firstEvent(life, 'leftovers')?.processes.length ?? 0)) > 0,
  ),
  withCode([0], {
    id: 'ends-instead-of-serving',
    title:
      'It ends with 0 before it is ready, as if all were done: nothing in it serves, or nothing keeps it alive.',
    fix: {
      any: 'Look whether its main function is called at all in what was built: a bundler drops what has no effect, an entry may only export. Then whether it takes the end of stdin, or an argument that is missing, for a wish to stop.',
      node: 'A module that exports `app` and never calls listen ends at once; so does an `import.meta.main` or `require.main === module` that is false in a bundle, and a server that is unref()ed.',
      bun: 'A default export with `fetch` is served by `bun run`, and not from a bundle of which it is no entry: call Bun.serve().',
      deno: '`deno serve` serves a default export; in a compiled program call Deno.serve().',
      python:
        '`if __name__ == "__main__":` has to call the server, and a thread with daemon=True does not keep Python alive: join it.',
    },
    sources: [
      'https://github.com/oven-sh/bun/issues/17031',
      'https://github.com/evanw/esbuild/issues/3712',
      NODE_CODES,
    ],
  }),
  withCode(
    [1, 2, 64],
    {
      id: 'arguments-refused',
      title: 'It does not understand its command line: it prints its usage, and ends.',
      fix: {
        any: "Compare the contract's `args` (and those of its `port`) with what the program takes. A frozen Python gets `--multiprocessing-fork` where freeze_support() is missing.",
      },
      sources: ['https://docs.python.org/3/library/argparse.html#exiting-methods'],
    },
    ({ life }) =>
      sayingOf(
        life,
        /^\s*usage:|unrecognized arguments?|unknown (?:option|flag)|flag provided but not defined|unexpected argument '/i,
      ) !== null,
  ),
  withCode(
    [2],
    {
      id: 'run-by-a-shell',
      title:
        'A shell reads it as a script: what launches it falls back to /bin/sh for what is no program here.',
      fix: {
        any: 'Look at the file: one for another processor, cut off, or a text without #!. Launch it without a shell.',
      },
      sources: ['https://github.com/tauri-apps/tauri-action/issues/504'],
    },
    ({ life }) =>
      sayingOf(life, /[Ss]yntax error: |syntax error near unexpected token|cannot execute binary file/) !==
      null,
  ),
  withCode([9, 12], NODE_OPTIONS_REFUSED),
  withCode([13], {
    id: 'unsettled-await',
    title: 'It awaits, at the top of a module, what never comes: Node has nothing more to do then, and ends.',
    fix: {
      any: 'What is awaited has to be settled by something that keeps the process alive. Start the server in a function that is called, and await what cannot hang; give the rest a timeout.',
    },
    sources: [NODE_CODES],
  }),
  withCode([126], {
    id: 'starts-what-is-not-executable',
    title: 'A shell in it has found the program to start, and may not execute it.',
    fix: {
      any: "`chmod 755` what the script starts, and name it in the contract's `files`: a zip of CI keeps no modes.",
    },
    sources: [SHELL_CODES],
  }),
  withCode([127], {
    id: 'starts-what-is-not-there',
    title: 'A shell or a loader in it does not find what it has to start: a program, or a library.',
    fix: {
      any: "Ship what it starts beside it, find it by its own path and not by PATH, and name it in the contract's `files`. For a library see what `ldd` says.",
    },
    sources: [SHELL_CODES],
  }),
]
