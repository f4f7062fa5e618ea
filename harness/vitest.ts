import { extendExpect } from './vitest/matchers.ts'

extendExpect()

export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, vi } from 'vitest'
export type { LogPattern } from './sidecar/output.ts'
export type { Exit, LoggedOptions, Sidecar, SidecarRequestInit } from './sidecar/sidecar.ts'
export type { LaunchOptions } from './sidecar/start.ts'
export { ClauseFailure, type DescribeContractOptions, describeContract } from './vitest/describe-contract.ts'
export {
  type FileFixtures,
  type LaunchFleet,
  type SidecarTest,
  type SidecarUnderTest,
  type TestFixtures,
  test,
  test as it,
} from './vitest/fixtures.ts'
export { ChoiceError } from './vitest/locate.ts'
export { NotJudgedError } from './vitest/matcher-result.ts'
export type { SidecarMatchers } from './vitest/matchers.ts'
export type { ProvidedSidecars } from './vitest/provided.ts'
