import { access } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readText } from './read-json.ts'

/** The git repository that a project lies in. */
export interface Repository {
  /** Absolute path. */
  readonly root: string
  /** It has a `.github` directory, or a remote there. */
  readonly isOnGitHub: boolean
  /** The branch that others start from; null where nothing says which. */
  readonly mainBranch: string | null
}

/** The directories from this one up to its repository's root; this one alone where there is no repository. */
export async function directoriesUp(directory: string): Promise<{ all: string[]; root: string | null }> {
  const all: string[] = []
  let current = directory
  for (;;) {
    all.push(current)
    // A file in worktrees and submodules.
    if (await isThere(join(current, '.git'))) return { all, root: current }
    const above = dirname(current)
    if (above === current) return { all: [directory], root: null }
    current = above
  }
}

export async function readRepository(root: string): Promise<Repository> {
  const git = join(root, '.git')
  const [config, origin, head] = await Promise.all(
    ['config', 'refs/remotes/origin/HEAD', 'HEAD'].map(file => readText(join(git, file))),
  )
  const isOnGitHub =
    (await isThere(join(root, '.github'))) || /^\s*url\s*=.*\bgithub\.com[:/]/m.test(config ?? '')
  const cloned = /^ref: refs\/remotes\/origin\/(\S+)/.exec(origin ?? '')?.[1]
  const current = /^ref: refs\/heads\/(main|master)$/m.exec(head ?? '')?.[1]
  return { root, isOnGitHub, mainBranch: cloned ?? current ?? null }
}

export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
