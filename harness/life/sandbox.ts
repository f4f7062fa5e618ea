import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { removeTree } from './remove-tree.ts'

/** Where one life lives: directories of its own, so that what it leaves behind is evidence against it alone. */
export interface Sandbox {
  readonly root: string
  readonly home: string
  readonly temporary: string
  readonly working: string
  /** Whose home it is, beside its own. */
  readonly household: Household
  /** Home and temporary directory are others' too, and what stands there may be theirs. */
  readonly isShared: boolean
  /** Home and temporary directory stay until the last who lives there is gone. */
  remove(): Promise<void>
}

/** A home and a temporary directory, of one life or of several. */
interface Household {
  readonly root: string
  tenants: number
  isShared: boolean
}

/** `shared` gives several lives one home and one temporary directory, as on a user's machine. */
export function makeSandbox(directory: string, id: string, shared?: Sandbox): Sandbox {
  const root = join(directory, id)
  const household = shared?.household ?? { root, tenants: 0, isShared: false }
  household.tenants += 1
  if (shared !== undefined) household.isShared = true
  const sandbox: Sandbox = {
    root,
    home: join(household.root, 'home'),
    temporary: join(household.root, 'tmp'),
    working: join(root, 'work'),
    household,
    get isShared() {
      return household.isShared
    },
    async remove() {
      household.tenants -= 1
      await removeTree(root === household.root ? sandbox.working : root)
      if (household.tenants === 0) await removeTree(household.root)
    },
  }
  for (const path of [sandbox.home, sandbox.temporary, sandbox.working]) {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  }
  return sandbox
}
