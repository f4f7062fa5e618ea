import { delimiter, dirname } from 'node:path'
import { execa } from 'execa'

/** The environment of somebody who has Node, npm and a project, and nothing of this repository's or of Vitest's. */
export function newcomersEnvironment(): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_|pnpm_|PNPM_|VITEST|SIDECAR_|NODE_(OPTIONS|PATH|ENV|DISABLE_COMPILE_CACHE)$|INIT_CWD|CI$|FORCE_COLOR|DEV$|MODE$|PROD$|SSR$|TEST$)/.test(
        name,
      ),
  )
  const path = (process.env.PATH ?? '').split(delimiter).filter(part => !part.includes('node_modules'))
  return {
    ...Object.fromEntries(own),
    // The Node that these specs are run by, which may be newer than the machine's.
    PATH: [dirname(process.execPath), ...path].join(delimiter),
    NO_COLOR: '1',
  }
}

export interface Ran {
  readonly code: number | undefined
  /** Both streams, as a terminal shows them. */
  readonly output: string
}

/** Runs a command line in a directory, as a newcomer types it. */
export async function type(
  directory: string,
  [command = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const { exitCode, all } = await execa(command, args, {
    cwd: directory,
    env: { ...newcomersEnvironment(), ...environment },
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
  })
  return { code: exitCode, output: all }
}
