import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { installPeers, type Peers } from './peers.ts'
import { makeSubject, type Subject, type SubjectName } from './subjects.ts'

const run = promisify(execFile)

/** What is missing, in words for a row of a table. */
export class NotHereError extends Error {
  override readonly name = 'NotHereError'
}

export type ProgramName = 'limit' | 'stamp' | 'flood' | 'spawn'
export type ScriptName = 'live-by' | 'live-many'

/** What topics need: made, installed or built when the first of them asks for it, and once. */
export class Workshop {
  /** Everything that is made for this run alone. Removed with it. */
  readonly directory: string
  readonly #made = new Map<string, Promise<unknown>>()

  constructor(directory: string) {
    this.directory = directory
  }

  /** The path of one of the bench's programs in C. Throws NotHereError where there is no compiler. */
  program(name: ProgramName): Promise<string> {
    return this.#once(`program ${name}`, () => this.#compile(name))
  }

  /** The path of one of its programs for Node, in one file: what people write by hand strips no types at its start. */
  script(name: ScriptName): Promise<string> {
    return this.#once(`script ${name}`, async () => {
      const source = join(import.meta.dirname, 'programs', `${name}.ts`)
      const outfile = join(this.directory, `${name}.mjs`)
      await build({ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'esm' })
      return outfile
    })
  }

  /** The tools that people use today. Throws NotHereError where they cannot be installed. */
  peers(): Promise<Peers> {
    return this.#once('peers', installPeers)
  }

  /** A sidecar to measure with. Throws NotHereError where it cannot be had. */
  subject(name: SubjectName): Promise<Subject> {
    return this.#once(`subject ${name}`, () => makeSubject(name, this))
  }

  #once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const made = this.#made.get(key) ?? make()
    this.#made.set(key, made)
    return made as Promise<T>
  }

  async #compile(name: ProgramName): Promise<string> {
    const output = join(this.directory, name)
    const source = join(import.meta.dirname, 'programs', `${name}.c`)
    try {
      await run(process.env.CC || 'cc', ['-O2', source, '-o', output])
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code === 'ENOENT')
        throw new NotHereError('there is no C compiler (cc, or what CC names)', { cause: error })
      throw new Error(`${source} cannot be compiled: ${message}`, { cause: error })
    }
    return output
  }
}
