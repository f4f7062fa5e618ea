import { chmodSync, existsSync, mkdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Command, findWriteBarrier } from '../host/unprivileged.ts'
import { PlainError } from '../text/plain-error.ts'
import { copyTree } from './copy-tree.ts'
import type { Installation, Subject } from './plan.ts'
import { removeTree } from './remove-tree.ts'
import type { Session } from './session.ts'

/**
 * Where it is installed. The odd path has spaces, an umlaut, an apostrophe and a CJK character: what names of users and
 * of products bring along. The three behind it have one of these each, and the fourth none, to tell which one it is.
 */
const DIRECTORIES = {
  'odd path': "Björn's Äpp 例/my sidecar",
  'path with a space': 'my sidecar',
  'path with an apostrophe': "o'neill",
  'path beyond ASCII': 'Björn-例',
  'another path': 'elsewhere',
  'read-only directory': 'read-only',
} as const

/** A path as users have them, or a directory that only an administrator may write to. */
export type InstallationKind = keyof typeof DIRECTORIES

export interface Installed extends Installation {
  remove(): Promise<void>
}

/** It cannot be done on this machine. */
export interface NotInstalled {
  readonly impossible: string
}

/** The contract says that this is installed beside the binary, and it is not there. */
export class MissingFileError extends PlainError {
  override readonly name = 'MissingFileError'
  override readonly blame = 'caller'
  readonly path: string

  constructor(name: string, path: string) {
    super(`The contract lists "${name}" among its files, and there is no ${path}.`)
    this.path = path
  }
}

let installations = 0

/** Copies the binary, and the files that the contract lists, to another place. */
export async function install(
  session: Session,
  subject: Subject,
  kind: InstallationKind,
): Promise<Installed | NotInstalled> {
  const root = join(session.directory, `installed-${++installations}`)
  const directory = join(root, DIRECTORIES[kind])
  const apply = kind === 'read-only directory' ? await withoutWriting(directory, session.directory) : asItIs
  if (typeof apply === 'string') return { impossible: apply }
  mkdirSync(directory, { recursive: true })
  const file = join(directory, basename(subject.file))
  // What is named may be a link to it, which leads nowhere from elsewhere.
  await copyTree(realpathSync(subject.file), file)
  for (const name of subject.contract.files) {
    const from = join(dirname(subject.file), name)
    if (!existsSync(from)) throw new MissingFileError(name, from)
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    await copyTree(from, join(directory, name))
  }
  if (kind === 'read-only directory') chmodSync(directory, 0o555)
  return {
    directory,
    file,
    command: args => apply({ file, args }),
    remove: () => removeTree(root),
  }
}

function asItIs(command: Command): Command {
  return command
}

/** Comes back with the reason where directory modes cannot be made to count. */
async function withoutWriting(
  directory: string,
  within: string,
): Promise<((command: Command) => Command) | string> {
  const barrier = await findWriteBarrier(within)
  return barrier.kind === 'none' ? barrier.reason : command => barrier.apply(command, [directory])
}
