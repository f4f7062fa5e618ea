import type { BuildPlan } from '../../contract/contract.ts'
import type { Builder } from '../builder.ts'
import { proveProgram } from '../program.ts'
import { COMPILER_LIMIT_MS, runTool } from '../tool-run.ts'

/** A main package, by Go's own compiler. What is to be said to it beyond that stands in GOFLAGS, as for every `go build`. */
export const go: Builder<Extract<BuildPlan, { by: 'go' }>> = {
  projectOf: ({ directory }) => directory,

  async prepare(plan, { triple, place, signal, onOutput }) {
    return {
      ingredients: null,
      async make(output, guard) {
        await runTool({
          tool: 'go',
          phase: 'go',
          file: place,
          command: 'go',
          // Without the directories of whoever built it, which would make it differ from machine to machine.
          args: ['build', '-trimpath', '-o', output, plan.package],
          cwd: plan.directory,
          environment: { GOTMPDIR: guard.scratch },
          limitMs: COMPILER_LIMIT_MS,
          howToGet: 'Install Go (https://go.dev/dl), and see that `go version` works where you build.',
          guard,
          signal,
          onOutput,
        })
      },
      // Of a package that is no main package go writes an archive, and says that all went well.
      prove: output => proveProgram(output, { tool: 'go', triple, takesScripts: false }),
    }
  },
}
