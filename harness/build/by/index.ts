import type { BuildPlan } from '../../contract/contract.ts'
import type { Builder } from '../builder.ts'
import { bun } from './bun.ts'
import { cargo } from './cargo.ts'
import { command } from './command.ts'
import { go } from './go.ts'
import { pkg } from './pkg.ts'
import { sea } from './sea.ts'

const BUILDERS: { readonly [By in BuildPlan['by']]: Builder<Extract<BuildPlan, { by: By }>> } = {
  pkg,
  sea,
  bun,
  go,
  cargo,
  command,
}

/** The builder that a plan names. */
export function builderOf(plan: BuildPlan): Builder<BuildPlan> {
  return BUILDERS[plan.by] as Builder<BuildPlan>
}
