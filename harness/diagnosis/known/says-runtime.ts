import type { Utterance } from '../said.ts'
import { OUT_OF_MEMORY } from '../system-errors.ts'
import { JIT_FORBIDDEN, NODE_OPTIONS_REFUSED } from './shared.ts'

/** What runtimes say of themselves, and of how the application was made for them. */
export const runtimeSays: readonly Utterance[] = [
  {
    ...NODE_OPTIONS_REFUSED,
    says: /(\S+) is not allowed in NODE_OPTIONS|bad option: (\S+)|: (--\S+) requires an argument$/,
    cause: what => `Its runtime does not take the option ${what}, by NODE_OPTIONS or as an argument.`,
  },
  {
    id: 'import-in-packed-script',
    says: /ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING|Invalid host defined options|A dynamic import callback was not specified/,
    title: 'It uses import() in a script that its packer compiled, where nothing is there to load modules.',
    fix: {
      any: 'Bundle to one file before you pack, in which import() of a literal name has become a part of it.',
      node: 'esbuild `--bundle --format=cjs --platform=node` resolves them; pkg packs its outcome with `--no-bytecode` where one is left.',
    },
    sources: [
      'https://github.com/yao-pkg/pkg/issues/23',
      'https://github.com/pinojs/thread-stream/issues/143',
    ],
  },
  {
    id: 'module-kind-mismatch',
    says: /ERR_REQUIRE_(?:ESM|ASYNC_MODULE)|Cannot use import statement outside a module|Must use import to load ES Module|Unexpected token 'export'|require is not defined in ES module scope/,
    title: 'CommonJS and ES modules are mixed up in what was packed: one is loaded as the other.',
    fix: {
      any: 'Bundle all of it into one file of one kind.',
      node: 'esbuild `--bundle --platform=node --format=cjs` with the dependency inside and not `external`; a file of ES modules is named .mjs, or has `"type": "module"` above it.',
    },
    sources: ['https://nodejs.org/api/errors.html#err_require_esm'],
  },
  {
    id: 'path-made-of-nothing',
    says: /ERR_INVALID_URL|TypeError:? .*Invalid URL|The "(?:path|filename|file|url|paths\[\d\])" argument must be .*Received undefined/,
    title:
      'A path or a URL is made of nothing: import.meta.url is empty in a CommonJS bundle, or a variable is not set.',
    fix: {
      any: 'Find the call in the stack, and give what it is made of a value in the packed program too.',
      node: "In CommonJS use __filename, in a bundle `--define:import.meta.url=…` with a banner that computes it (`require('node:url').pathToFileURL(__filename)`), and in a SEA process.execPath.",
    },
    sources: ['https://github.com/evanw/esbuild/issues/3039'],
  },
  {
    id: 'deno-permission-missing',
    says: /Requires (\w+) access.*run again with the (--allow-\w+)|(?:PermissionDenied|NotCapable): Requires (\w+) access/,
    title: 'Deno does not allow it what it does: permissions are given when it is compiled.',
    fix: {
      any: '`deno compile --allow-net=127.0.0.1 --allow-env --allow-read`, and what else it says; arguments of the finished program do not count.',
    },
    sources: [
      'https://docs.deno.com/examples/deno_compile/',
      'https://github.com/denoland/deno/discussions/18728',
    ],
  },
  {
    id: 'multiprocessing-not-frozen',
    says: /An attempt has been made to start a new process before the\s*$|before the current process has finished its bootstrapping phase/,
    title:
      'It starts processes of Python while its main module is still being loaded, in each of them again.',
    fix: {
      any: 'Put all that starts something under `if __name__ == "__main__":`, with `multiprocessing.freeze_support()` as its first statement.',
    },
    sources: [
      'https://github.com/pyinstaller/pyinstaller/issues/4157',
      'https://github.com/DataDog/datadog-sync-cli/pull/259',
    ],
  },
  {
    id: 'no-standard-streams',
    says: /'NoneType' object has no attribute '(isatty|write|flush|buffer|encoding|fileno)'/,
    title: 'It has no stdout and stderr: on Windows a windowed build of Python gets none.',
    fix: {
      any: 'Freeze it as a console program (`--console`), and let the app launch it without showing a window.',
    },
    sources: ['https://github.com/pyinstaller/pyinstaller/issues/7339'],
  },
  {
    id: 'cannot-spell-its-output',
    says: /Unicode(?:En|De)codeError: '([\w-]+)'/,
    title: 'What it reads or writes has letters that the encoding of its environment does not have.',
    cause: what =>
      `What it reads or writes has letters that ${what}, the encoding of its environment, does not have.`,
    fix: {
      any: 'Say the encoding wherever text is read or written, and never take that of the environment.',
      python: 'sys.stdout.reconfigure(encoding="utf-8") at the start, and open(path, encoding="utf-8").',
    },
    sources: [
      'https://github.com/orion-gz/EasyPaper/pull/125',
      'https://docs.python.org/3/library/os.html#python-utf-8-mode',
    ],
  },
  {
    ...JIT_FORBIDDEN,
    says: /Failed to reserve virtual memory for CodeRange|Ran out of executable memory while allocating/,
  },
  {
    id: 'out-of-memory',
    says: new RegExp(
      `${OUT_OF_MEMORY.source}|Reached heap limit|Could not reserve enough space|insufficient memory for the Java Runtime|std::bad_alloc|memory allocation of \\d+ bytes failed|runtime: out of memory`,
    ),
    title: 'It asks for more memory than there is, or than its runtime gives it.',
    fix: {
      any: 'Load less at the start: no model, no cache, no whole file.',
      node: 'The heap is bounded: `--max-old-space-size` belongs into `execArgv` of the SEA configuration, or into the `options` of pkg; NODE_OPTIONS is not set on the machine of a user.',
      jvm: 'Lower -Xmx, or take -XX:MaxRAMPercentage: what is asked for has to be there.',
    },
    sources: ['https://nodejs.org/api/cli.html#--max-old-space-sizesize-in-mib'],
  },
]
