/**
 * Windows. THIS FILE HAS NEVER BEEN RUN: it was written from Microsoft's documentation on a machine without
 * Windows. Only its parsing is covered by specs, on text as PowerShell prints it.
 */

import { createFamilyFinder } from './family.ts'
import {
  type Host,
  HostLookupError,
  type LifeIdentity,
  type Listener,
  type ProcessInfo,
  type Usage,
} from './host.ts'
import { killTrees, killUntilGone } from './kill-tree.ts'
import { signalProcess } from './signals.ts'
import { runTool, type Tool } from './tool.ts'
import {
  LIST_LISTENERS,
  LIST_PROCESSES,
  LIST_USAGE,
  parseListeners,
  parseProcesses,
  parseUsage,
  startedBefore,
  type WindowsProcess,
} from './windows-tables.ts'

const POWERSHELL: Tool = {
  name: 'powershell.exe',
  howToGet: 'it is part of Windows, in System32\\WindowsPowerShell\\v1.0, which PATH has to name',
}

const findFamily = createFamilyFinder<WindowsProcess>({ startedBefore })

/**
 * What CIM tells through PowerShell. There are neither groups nor sessions nor readable environments: a life is
 * its leader, the descendants, and whatever was seen to belong. And there are no signals: `signal` ends a
 * process outright (TerminateProcess), whichever of SIGTERM, SIGINT and SIGKILL it is given.
 */
export const windowsHost: Host = {
  kind: 'windows',
  // Looking costs a process here.
  notice: () => {},
  tree,
  listeners,
  listenersOn,
  usage,
  // For diagnoses, which do without.
  handlingOf: () => null,
  executableOf: () => null,
  activity: async () => null,
  descriptors: async () => null,
  signal: signalProcess,
  signalGroup: () => false,
  killTree,
}

async function tree(life: LifeIdentity): Promise<ProcessInfo[]> {
  const table = parseProcesses(await askPowerShell(LIST_PROCESSES))
  return findFamily(life, table).map(({ sessionId: _, ...member }) => member)
}

async function listeners(pids: readonly number[]): Promise<Listener[]> {
  return (await readListeners()).filter(listener => pids.includes(listener.pid))
}

async function listenersOn(port: number): Promise<Listener[]> {
  return (await readListeners()).filter(listener => listener.port === port)
}

async function usage(pids: readonly number[]): Promise<Usage[]> {
  return parseUsage(await askPowerShell(LIST_USAGE)).filter(({ pid }) => pids.includes(pid))
}

async function readListeners(): Promise<Listener[]> {
  return parseListeners(await askPowerShell(LIST_LISTENERS))
}

function killTree(life: LifeIdentity, deadlineMs: number): Promise<ProcessInfo[]> {
  return killUntilGone(() => tree(life), killTrees, deadlineMs)
}

async function askPowerShell(script: string): Promise<string> {
  const { stdout, stderr, code } = await runTool(POWERSHELL, [
    '-NoProfile',
    '-NonInteractive',
    '-Command',
    script,
  ])
  if (code !== 0) {
    throw new HostLookupError('powershell.exe', `powershell.exe exited with ${code}: ${stderr.trim()}`)
  }
  return stdout
}
