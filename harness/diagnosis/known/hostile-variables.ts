import { isReady } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import { printable } from '../../text/printable.ts'
import type { Fix, Scene } from '../known-failure.ts'
import { sayingOf } from '../said.ts'

/** A variable of users' shells, and what it does to a sidecar that heeds it. */
export interface Culprit {
  readonly id: string
  readonly variable: string
  readonly title: string
  readonly fix: Fix
  readonly sources: readonly string[]
  /** How it shows in the life with all of them, where none was launched with one alone. */
  shows?(scene: Scene & { readonly life: LifeRecording }): string | null
}

const says =
  (pattern: RegExp) =>
  ({ life }: Scene): string | null => {
    const saying = sayingOf(life, pattern)
    return saying === null ? null : `it said ${saying.quoted}`
  }

function isColoured({ life }: { readonly life: LifeRecording }): string | null {
  const line = life.stdout.lines.find(({ text }) => text.includes('\u001B'))
  return line === undefined ? null : `escape codes in "${printable(line.text)}"`
}

function saysMore({ life }: { readonly life: LifeRecording }): string | null {
  const line = isReady(life) ? life.stdout.lines.find(({ reading }) => reading.kind === 'other') : undefined
  return line === undefined ? null : `it also wrote "${printable(line.text)}" on stdout`
}

export const CULPRITS: readonly Culprit[] = [
  {
    id: 'coloured-under-force-color',
    variable: 'FORCE_COLOR',
    title: 'FORCE_COLOR, which some users set, puts escape codes into what it writes on stdout.',
    fix: {
      any: 'Write the announcement without a logger that colours, whatever FORCE_COLOR says.',
      node: "console.log('BACKEND_PORT:', port) colours the number: console.log('BACKEND_PORT:' + port).",
    },
    sources: [
      'https://nodejs.org/api/cli.html#force_color1-2-3',
      'https://github.com/quarkusio/quarkus-agent-mcp/pull/166',
    ],
    shows: isColoured,
  },
  {
    id: 'obeys-node-options',
    variable: 'NODE_OPTIONS',
    title: 'NODE_OPTIONS, which is for the tools of its user, is obeyed by the packed program as well.',
    fix: {
      any: 'The app drops it from the environment when it launches the sidecar.',
      node: 'SEA: `"execArgvExtension": "none"` in its configuration. pkg before version 6 took its words for arguments: update. Otherwise the app drops it when it launches the sidecar.',
    },
    sources: [
      'https://github.com/vercel/pkg/issues/1517',
      'https://github.com/pnpm/pnpm/issues/4319',
      'https://github.com/nodejs/node/pull/59560',
    ],
    shows: says(/NODE_OPTIONS|bad option/),
  },
  {
    id: 'needs-utf8-locale',
    variable: 'LC_ALL',
    title: 'With LC_ALL=C it cannot write, or read, letters that ASCII does not have.',
    fix: {
      any: 'Say UTF-8 wherever text is read or written, and never take the encoding of the locale.',
      python: 'sys.stdout.reconfigure(encoding="utf-8") at the start, and open(path, encoding="utf-8").',
      jvm: '`-Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8`.',
    },
    sources: [
      'https://github.com/labgrid-project/labgrid/issues/486',
      'https://docs.python.org/3/library/os.html#python-utf-8-mode',
    ],
    shows: says(/Unicode(?:En|De)codeError|InvalidPathException|MalformedInputException/),
  },
  {
    id: 'obeys-pkg-execpath',
    variable: 'PKG_EXECPATH',
    title:
      'PKG_EXECPATH, which one packed program leaves to what it starts, makes it behave as a bare runtime.',
    fix: {
      any: 'Whoever launches it removes PKG_EXECPATH from its environment first (`delete env.PKG_EXECPATH`), and it does so for its own children.',
    },
    sources: ['https://github.com/vercel/pkg/issues/1292', 'https://github.com/vercel/pkg/issues/2025'],
    shows: says(/startsWith called on null or undefined/),
  },
  {
    id: 'asks-itself-through-proxy',
    variable: 'HTTP_PROXY',
    title: 'It sends requests for its own machine through HTTP_PROXY, which cannot reach that.',
    fix: {
      any: 'Leave loopback out of the proxy: `NO_PROXY=127.0.0.1,localhost`, or a client without one. Rust: `reqwest::Client::builder().no_proxy()`; Go leaves it out by itself.',
      node: 'NODE_USE_ENV_PROXY sends fetch and http.get through it: give the request an agent of its own, or do not ask yourself at all.',
      python: 'trust_env=False (httpx, requests.Session) for what is asked of loopback.',
    },
    sources: [
      'https://github.com/unslothai/unsloth/pull/7709',
      'https://nodejs.org/api/cli.html#node_use_env_proxy1',
    ],
    shows: says(/ProxyError|proxyconnect|127\.0\.0\.1:9\b/),
  },
  {
    id: 'loads-inherited-libraries',
    variable: 'LD_LIBRARY_PATH',
    title:
      'LD_LIBRARY_PATH, which AppImages and PyInstaller leave to what they start, decides which libraries it loads.',
    fix: {
      any: 'Find your libraries by `$ORIGIN` (RPATH, and not RUNPATH, which comes after that variable), and drop the variable when you start children.',
      python: 'For children put LD_LIBRARY_PATH_ORIG back in its place.',
    },
    sources: [
      'https://github.com/block/buzz/issues/2315',
      'https://man7.org/linux/man-pages/man8/ld.so.8.html',
    ],
    shows: says(/symbol lookup error|error while loading shared libraries/),
  },
  {
    id: 'changed-by-node-env',
    variable: 'NODE_ENV',
    title: 'NODE_ENV=production in the environment of its user makes it another program.',
    fix: {
      any: 'Decide that when you build (`--define:process.env.NODE_ENV=\'"production"\'`), and not on the machine of a user.',
    },
    sources: ['https://esbuild.github.io/api/#define'],
  },
  {
    id: 'stumbles-over-time-zone',
    variable: 'TZ',
    title: 'It does not start in a time zone that is off by half an hour.',
    fix: {
      any: 'Reckon and log in UTC, and let the library know the zones: no fixed offsets, no table of your own.',
    },
    sources: ['https://www.iana.org/time-zones'],
  },
  {
    id: 'obeys-electron-run-as-node',
    variable: 'ELECTRON_RUN_AS_NODE',
    title:
      'ELECTRON_RUN_AS_NODE, which an editor leaves to what is started from its terminal, makes it a bare Node.',
    fix: {
      any: 'Whoever launches it removes the variable first; an app of Electron can switch that off by its fuse `runAsNode`.',
    },
    sources: ['https://www.electronjs.org/docs/latest/tutorial/fuses'],
  },
  {
    id: 'talks-under-debug',
    variable: 'DEBUG',
    title: 'DEBUG, which some users set, makes it write more on stdout, where its parent reads the port.',
    fix: {
      any: 'All that is for people goes to stderr, also what a library writes for DEBUG.',
      node: 'The package debug writes to stderr unless `debug.log = console.log` says otherwise.',
    },
    sources: ['https://github.com/debug-js/debug#output-streams'],
    shows: saysMore,
  },
]
