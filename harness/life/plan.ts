import type { Grammar } from '../contract/announcement.ts'
import type { Contract } from '../contract/contract.ts'
import type { StandardSchema } from '../contract/schema.ts'
import type { Conditions } from '../recording/recording.ts'
import type { Sandbox } from './sandbox.ts'

/** What is launched, and what it is held to. */
export interface Subject {
  readonly file: string
  readonly contract: Contract
  readonly grammar: Grammar
  readonly healthSchema: StandardSchema
}

/** One life of a subject, before it is launched. */
export interface LifePlan {
  readonly id: string
  readonly scenario: string
  readonly instance: number
  readonly conditions: Conditions
  /** PORT in its environment. */
  readonly port: number | 'unset'
  /** Another life whose home and temporary directory this one shares. */
  readonly sharing?: { readonly sandbox: Sandbox }
}
