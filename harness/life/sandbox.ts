import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Contract } from '../contract/contract.ts'
import { type LifeIdentity, MARKER_VARIABLE } from '../host/host.ts'
import type { Conditions } from '../recording/recording.ts'
import { removeTree } from './remove-tree.ts'

/** Where one life lives: directories of its own, so that what it leaves behind is evidence against it alone. */
export interface Sandbox {
  readonly root: string
  readonly home: string
  readonly temporary: string
  readonly working: string
  /** Whose home it is, beside its own. */
  readonly household: Household
  /** Home and temporary directory stay until the last who lives there is gone. */
  remove(): Promise<void>
}

/** A home and a temporary directory, of one life or of several. */
interface Household {
  readonly root: string
  tenants: number
}

/** A desktop session's PATH: what the system has, nothing from anybody's shell profile. */
const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin'

/** `shared` gives several lives one home and one temporary directory, as on a user's machine. */
export function makeSandbox(directory: string, id: string, shared?: Sandbox): Sandbox {
  const root = join(directory, id)
  const household = shared?.household ?? { root, tenants: 0 }
  household.tenants += 1
  const sandbox: Sandbox = {
    root,
    home: join(household.root, 'home'),
    temporary: join(household.root, 'tmp'),
    working: join(root, 'work'),
    household,
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

/**
 * The environment of a launch: what a desktop session gives and no more. A tester's shell hides bugs behind
 * PYTHONUNBUFFERED, NODE_OPTIONS and a PATH that no customer has.
 */
export function environmentOf(
  sandbox: Sandbox,
  contract: Contract,
  conditions: Conditions,
  callerEnvironment: Readonly<Record<string, string>>,
  identity: Pick<LifeIdentity, 'marker'>,
  port: number | 'unset',
): Record<string, string> {
  return {
    ...(conditions.environment === 'caller' ? withoutPort(callerEnvironment) : systemVariables()),
    ...privateDirectories(sandbox),
    ...contract.env,
    ...(port === 'unset' ? {} : { PORT: String(port) }),
    [MARKER_VARIABLE]: identity.marker,
  }
}

function withoutPort({ PORT: _, ...rest }: Readonly<Record<string, string>>): Record<string, string> {
  return rest
}

function systemVariables(): Record<string, string> {
  if (process.platform !== 'win32') return { PATH: SYSTEM_PATH }
  // Without SystemRoot a Windows program cannot open a socket.
  const { SystemRoot = 'C:\\Windows', SystemDrive = 'C:' } = process.env
  return { SystemRoot, SystemDrive, PATH: `${SystemRoot}\\System32;${SystemRoot}` }
}

function privateDirectories({ home, temporary }: Sandbox): Record<string, string> {
  if (process.platform !== 'win32') return { HOME: home, TMPDIR: temporary }
  return { USERPROFILE: home, APPDATA: home, LOCALAPPDATA: home, TEMP: temporary, TMP: temporary }
}
