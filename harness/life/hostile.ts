import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Nobody listens there: RFC 863's discard service has been gone from desktops for decades. */
const DEAD_PROXY = 'http://127.0.0.1:9'

/** Those that do one thing together, to find out which one it is. */
export const HOSTILE_GROUPS: readonly (readonly string[])[] = [
  ['NODE_OPTIONS'],
  ['NODE_ENV'],
  ['DEBUG'],
  ['HTTP_PROXY', 'http_proxy', 'NODE_USE_ENV_PROXY'],
  ['LC_ALL'],
  ['TZ'],
  ['FORCE_COLOR', 'CLICOLOR_FORCE'],
  ['LD_LIBRARY_PATH'],
  ['ELECTRON_RUN_AS_NODE'],
  ['PKG_EXECPATH'],
]

/**
 * What the shells of users hold, and a sidecar is launched with when its app was started from one: a debugger's
 * preload, a corporate proxy, a colour preference, an AppImage's library path. `directory` gets the files that these
 * name: they are there, as on a user's machine.
 */
export function hostileVariables(directory: string): Readonly<Record<string, string>> {
  const libraries = join(directory, 'libraries')
  mkdirSync(libraries, { recursive: true })
  const preload = join(directory, 'preload.cjs')
  writeFileSync(preload, '// What a debugger or a tracer puts here.\n')
  return {
    // Old packers take an option of NODE_OPTIONS for one of their own (vercel/pkg#1517).
    NODE_OPTIONS: `--require=${preload} --max-old-space-size=4096`,
    NODE_ENV: 'production',
    DEBUG: '*',
    HTTP_PROXY: DEAD_PROXY,
    http_proxy: DEAD_PROXY,
    // Makes Node 24 heed the two above, for requests to the loopback as well.
    NODE_USE_ENV_PROXY: '1',
    LC_ALL: 'C',
    // Half an hour off, with a daylight saving time of half an hour.
    TZ: 'Australia/Lord_Howe',
    FORCE_COLOR: '3',
    CLICOLOR_FORCE: '1',
    LD_LIBRARY_PATH: libraries,
    // Set where an editor's terminal, or another packed program, has launched the app.
    ELECTRON_RUN_AS_NODE: '1',
    PKG_EXECPATH: join(directory, 'another-program'),
  }
}
