import type { BuildPlan } from '../../contract/contract.ts'
import type { Builder } from '../builder.ts'
import { TargetError } from '../errors.ts'
import { proveProgram } from '../program.ts'
import { targetOf } from '../targets.ts'
import { COMPILER_LIMIT_MS, runTool } from '../tool-run.ts'

/** A main package, by Go's own compiler. What is to be said to it beyond that stands in GOFLAGS, as for every `go build`. */
export const go: Builder<Extract<BuildPlan, { by: 'go' }>> = {
  projectOf: ({ directory }) => directory,

  async prepare(plan, { triple, isForeign, place, signal, onOutput }) {
    const target = isForeign ? environmentFor(triple) : {}
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
          environment: { GOTMPDIR: guard.scratch, ...target },
          limitMs: COMPILER_LIMIT_MS,
          howToGet: 'Install Go (https://go.dev/dl), and see that `go version` works where you build.',
          guard,
          signal,
          onOutput,
        })
      },
      // Of a package that is no main package go writes an archive, and says that all went well.
      prove: output => proveProgram(output, { tool: 'go', triple, isForeign, takesScripts: false }),
    }
  },
}

/** In Go's words, https://go.dev/doc/install/source#environment; those that are its as well as ours are left out. */
const SYSTEMS: Readonly<Record<string, string>> = { macos: 'darwin' }
const PROCESSORS: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', loong64: 'loong64' }

function environmentFor(triple: string): Readonly<Record<string, string>> {
  const { os, archs } = targetOf(triple)
  const [arch = '', another] = archs
  if (another !== undefined) {
    const why = 'go makes a program for one processor at a time: build both, and join them with `lipo`.'
    throw new TargetError(triple, why, { tool: 'go' })
  }
  return {
    GOOS: SYSTEMS[os] ?? os,
    GOARCH: triple.startsWith('powerpc64le') ? 'ppc64le' : (PROCESSORS[arch] ?? arch),
    ...(triple.startsWith('armv7') && { GOARM: '7' }),
    // C takes a compiler for the target, and the one that is here would link it with this machine's libraries. Who has one
    // says so in the environment.
    CGO_ENABLED: process.env.CGO_ENABLED ?? '0',
  }
}
