import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hasCompiler, makeNative, NEEDS_COMPILER, SOUND } from '../../fixtures/native/make.ts'
import { loadContract } from '../../harness/contract/load.ts'
import { findBinary } from '../../harness/gate/find-binary.ts'
import { NotHereError, type Workshop } from './workshop.ts'

const run = promisify(execFile)
const FIXTURES = join(import.meta.dirname, '../../fixtures')

/** A sidecar to measure with. All of them keep the default contract. */
export interface Subject {
  readonly name: SubjectName
  readonly file: string
  /** What the command line has to know of it for its whole gate. */
  readonly gate: readonly string[]
}

export type SubjectName = 'reference' | 'native' | 'bun'

export const SUBJECTS: readonly SubjectName[] = ['reference', 'native', 'bun']

export async function makeSubject(name: SubjectName, workshop: Workshop): Promise<Subject> {
  const { file, gate } = await MAKERS[name](workshop)
  return { name, file, gate }
}

const MAKERS: Readonly<Record<SubjectName, (workshop: Workshop) => Promise<Omit<Subject, 'name'>>>> = {
  /** The Hono backend, packed as its app ships it. */
  async reference() {
    const config = join(FIXTURES, 'desktop/sidecar.config.ts')
    const { contract } = await loadContract(config)
    const { file } = await findBinary(contract, undefined)
    return { file, gate: ['--config', config] }
  },

  /** The sidecar in C: what is left of the time is the harness's own. */
  async native({ directory }) {
    if (!(await hasCompiler())) throw new NotHereError(NEEDS_COMPILER)
    const file = await makeNative(SOUND, directory)
    return { file, gate: [file] }
  },

  /** The reference backend again, compiled by Bun. */
  async bun(workshop) {
    const { bun } = await workshop.peers()
    if (bun === null) throw new NotHereError('bun is not to be had on this machine')
    const directory = join(workshop.directory, 'bun')
    await mkdir(directory, { recursive: true })
    const file = join(directory, 'backend')
    const entry = join(FIXTURES, 'backend/src/main.ts')
    // It leaves a copy of itself in its working directory when it is stopped half-way.
    await run(bun, ['build', '--compile', '--outfile', file, entry], { cwd: directory })
    return { file, gate: [file] }
  },
}
