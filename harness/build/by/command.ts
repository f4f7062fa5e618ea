import { relative } from 'node:path'
import type { BuildPlan } from '../../contract/contract.ts'
import type { Builder } from '../builder.ts'
import { copyWhole } from '../copy-whole.ts'
import { BuildError, TargetError } from '../errors.ts'
import { proveProgram } from '../program.ts'
import { COMPILER_LIMIT_MS, runTool } from '../tool-run.ts'

type Plan = Extract<BuildPlan, { by: 'command' }>

/**
 * Anything else: a command of the user's makes the file, where it is told to ({output}) or in a place of its own, from
 * which it is copied.
 */
export const command: Builder<Plan> = {
  projectOf: ({ directory }) => directory,

  async prepare(plan, { triple, isForeign, place, signal, onOutput }) {
    if (isForeign && !saysTriple(plan)) throw knowsNoTarget(triple, plan)
    const made = plan.output?.replaceAll('{triple}', triple) ?? null
    if (made === place) throw inItsPlace(place, plan)
    const [program = '', ...args] = plan.run.map(word => word.replaceAll('{triple}', triple))
    return {
      ingredients: null,
      async make(output, guard) {
        await runTool({
          tool: program,
          phase: 'command',
          file: made ?? place,
          command: program,
          args: args.map(arg => arg.replaceAll('{output}', output)),
          cwd: plan.directory,
          limitMs: COMPILER_LIMIT_MS,
          howToGet: 'It is the first word of `build.run`: install it, or write where it is.',
          guard,
          signal,
          onOutput,
        })
        const why = made === null ? null : await copyWhole(made, output)
        if (made !== null && why !== null) throw refuse(plan, made, why)
      },
      prove: output => proveProgram(output, { tool: program, triple, isForeign, takesScripts: true }),
    }
  },
}

function refuse(plan: Plan, made: string, why: string): BuildError {
  const summary = `${commandOf(plan)} ended well and should have made ${relative(plan.directory, made)}, but ${why}.`
  return new BuildError(summary, { tool: plan.run[0] ?? '', phase: 'command', file: made, lines: [] })
}

function saysTriple({ run, output }: Plan): boolean {
  return [...run, output ?? ''].some(word => word.includes('{triple}'))
}

/** It would make the same for each of them, and be told only when that is proven. */
function knowsNoTarget(triple: string, plan: Plan): TargetError {
  const why = `nothing tells ${commandOf(plan)} that it is for another machine: write {triple} in \`build.run\`, and in \`build.output\` where it writes several.`
  return new TargetError(triple, why, { tool: plan.run[0] ?? '' })
}

/** A failure would leave the old binary half overwritten. */
function inItsPlace(place: string, plan: Plan): BuildError {
  const summary = `${commandOf(plan)} would write the binary in its place, ${place}, where a build that fails destroys the one before: name another file in \`build.output\`, or write {output} in \`build.run\`.`
  return new BuildError(summary, { tool: plan.run[0] ?? '', phase: 'command', file: place, lines: [] })
}

function commandOf({ run }: Plan): string {
  return `\`${run.join(' ')}\``
}
