import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { removeTree } from './remove-tree.ts'

/** Where one life lives: directories of its own, so that what it leaves behind is evidence against it alone. */
export interface Sandbox {
  readonly root: string
  readonly home: string
  readonly temporary: string
  readonly working: string
  /** What {tmp} stands for: its alone, also where others share its temporary directory, as a port that it is told is. */
  readonly own: string
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

let sandboxes = 0

/** `shared` gives several lives one home and one temporary directory, as on a user's machine. */
export function makeSandbox(directory: string, shared?: Sandbox): Sandbox {
  // No longer than it has to be: sidecars make Unix sockets in there, whose paths have to be short.
  const root = join(directory, String(++sandboxes))
  const household = shared?.household ?? { root, tenants: 0, isShared: false }
  household.tenants += 1
  if (shared !== undefined) household.isShared = true
  const sandbox: Sandbox = {
    root,
    home: join(household.root, 'home'),
    temporary: join(household.root, 'tmp'),
    working: join(root, 'work'),
    own: join(root, 'tmp'),
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
  // Of one that shares a household there is home and temporary directory, and its own is another than that.
  const missing = shared === undefined ? [root, sandbox.home, sandbox.temporary] : [root, sandbox.own]
  for (const path of [...missing, sandbox.working]) mkdirSync(path, { mode: 0o700 })
  return sandbox
}
