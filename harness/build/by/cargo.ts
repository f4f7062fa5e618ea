import { basename } from 'node:path'
import type { BuildPlan } from '../../contract/contract.ts'
import type { Builder } from '../builder.ts'
import { copyWhole } from '../copy-whole.ts'
import { BuildError, TargetError } from '../errors.ts'
import { proveProgram } from '../program.ts'
import { COMPILER_LIMIT_MS, runTool } from '../tool-run.ts'

type Plan = Extract<BuildPlan, { by: 'cargo' }>

/**
 * A binary of a Rust package. Where it lands, which depends on profile, target, workspace and configuration, cargo says
 * itself; it is copied from there.
 */
export const cargo: Builder<Plan> = {
  projectOf: ({ directory }) => directory,

  async prepare(plan, { triple, isForeign, place, signal, onOutput }) {
    return {
      ingredients: null,
      async make(output, guard) {
        const executables: string[] = []
        const run = runTool({
          tool: 'cargo',
          phase: 'cargo',
          file: place,
          command: 'cargo',
          args: [...argsOf(plan), ...(isForeign ? ['--target', triple] : [])],
          // There, too, cargo and rustup look for their configuration.
          cwd: plan.directory,
          limitMs: COMPILER_LIMIT_MS,
          howToGet: 'Install Rust (https://rustup.rs), and see that `cargo --version` works where you build.',
          guard,
          signal,
          onOutput,
          onAnswer: line => executables.push(...executablesIn(line)),
        })
        await run.catch(error => {
          throw (isForeign ? asTargetError(error, triple) : null) ?? error
        })
        const made = theOnly(executables, plan, place)
        const why = await copyWhole(made, output)
        if (why !== null) throw refuse(`cargo ended well and should have made ${made}, but ${why}.`, made)
      },
      prove: output => proveProgram(output, { tool: 'cargo', triple, isForeign, takesScripts: false }),
    }
  },
}

function argsOf({ bin, manifest, profile }: Plan): readonly string[] {
  return [
    'build',
    '--profile',
    profile,
    // What it says to people goes to stderr, rendered, and what it has made to stdout.
    '--message-format',
    'json-render-diagnostics',
    ...(bin === null ? ['--bins'] : ['--bin', bin]),
    ...(manifest === null ? [] : ['--manifest-path', manifest]),
  ]
}

/** https://doc.rust-lang.org/cargo/reference/external-tools.html#artifact-messages */
function executablesIn(line: string): readonly string[] {
  // What a build script prints, say.
  if (!line.startsWith('{"reason":"compiler-artifact"')) return []
  const { executable } = JSON.parse(line) as { readonly executable: string | null }
  return executable === null ? [] : [executable]
}

/** What is told deep in an error of the first crate, or by a linker that never was one for that system. */
function asTargetError(error: unknown, triple: string): TargetError | null {
  if (!(error instanceof BuildError)) return null
  const { lines } = error
  const told = { tool: 'cargo', lines: lines.filter(line => !/^ *Compiling /.test(line)) }
  const says = (words: RegExp) => lines.some(line => words.test(line))
  if (says(/target may not be installed|could not find specification for target/)) {
    const why = `Rust's standard library for it is not installed: rustup target add ${triple}`
    return new TargetError(triple, why, told, { cause: error })
  }
  if (!says(/^error: linker `.*` not found|^error: linking with/)) return null
  const why =
    "there is no linker for it here, or not its system's libraries: name one in .cargo/config.toml (target.<triple>.linker), or build where that system is."
  return new TargetError(triple, why, told, { cause: error })
}

function theOnly(executables: readonly string[], { bin }: Plan, place: string): string {
  const [only, ...others] = executables
  if (only !== undefined && others.length === 0) return only
  if (only === undefined) {
    throw refuse(
      'cargo ended well and has made no program: has the package a src/main.rs, or a [[bin]]?',
      place,
    )
  }
  const names = executables.map(file => basename(file, '.exe')).join(', ')
  const message = `cargo has made several programs, ${names}: name the sidecar in \`build.bin\`.`
  throw refuse(bin === null ? message : `cargo has made several programs called ${bin}, ${names}.`, place)
}

function refuse(summary: string, file: string): BuildError {
  return new BuildError(summary, { tool: 'cargo', phase: 'cargo', file, lines: [] })
}
