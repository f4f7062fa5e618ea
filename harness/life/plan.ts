import type { Grammar } from '../contract/announcement.ts'
import type { Contract } from '../contract/contract.ts'
import type { Setup, StandardSchema } from '../contract/input.ts'
import type { LocalAddress } from '../host/listening.ts'
import type { Conditions } from '../recording/recording.ts'
import type { Sandbox } from './sandbox.ts'
import type { Witness } from './witness.ts'

/** What is launched, and what it is held to. */
export interface Subject {
  readonly file: string
  readonly contract: Contract
  readonly grammar: Grammar
  readonly healthSchema: StandardSchema
  /** What prepares each life. */
  readonly setup: Setup | readonly string[] | null
}

/** One life of a subject, before it is launched. */
export interface LifePlan {
  readonly id: string
  readonly scenario: string
  readonly instance: number
  readonly conditions: Conditions
  readonly launch: LaunchPlan
  /** Who watches it, where anybody does. */
  readonly witness?: Witness | undefined
}

/** How a launch differs from an app's usual one: not at all where this is empty. */
export interface LaunchPlan {
  /** The port that it is asked for, as it is written; `abc` is one too. */
  readonly port?: string
  /** Where another program, here the harness, listens on that port. */
  readonly heldOn?: LocalAddress
  /** An open pipe, as an app gives it, where this is left out. */
  readonly stdin?: 'pipe' | 'null'
  /**
   * Beside the usual variables. `none` for an environment that holds nothing but the contract's own, `hostile` for
   * what users' shells hold, `caller` for what the one who calls the harness has.
   */
  readonly variables?: Readonly<Record<string, string>> | 'none' | 'hostile' | 'caller'
  /** With `hostile` and `caller`, of those these alone; with `none`, of the usual ones these all the same. */
  readonly onlyThese?: readonly string[]
  /** Its working directory. */
  readonly directory?: string
  /** A copy of it, with all that belongs to it, in another place. */
  readonly installed?: Installation
  /** Launched by a process between it and the harness, which holds all its pipes. */
  readonly throughParent?: boolean
  /** Another life whose home and temporary directory this one shares. */
  readonly sharing?: { readonly sandbox: Sandbox }
}

/** Where the file was installed, and how it is launched from there. */
export interface Installation {
  readonly file: string
  readonly directory: string
  /** The command line that launches it: by itself, or by a program that gives up rights first. */
  command(args: readonly string[]): { readonly file: string; readonly args: readonly string[] }
}
