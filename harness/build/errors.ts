import { basename } from 'node:path'
import { PlainError } from '../text/plain-error.ts'

/** What is known of a build that failed. */
export interface BuildFailure {
  /** The tool whose work it was: `esbuild`, `pkg`, `cargo`, `node`. */
  readonly tool: string
  /** The step of the build, as `BuiltBinary.phases` names it. */
  readonly phase: string
  /** The file that is at fault, if one is. */
  readonly file: string | null
  /** The tool's own words. */
  readonly lines: readonly string[]
}

/** There is no binary, and this is why. Whatever stood at the output before is untouched. */
export class BuildError extends PlainError {
  override readonly name: string = 'BuildError'
  override readonly blame = 'machine'
  readonly tool: string
  readonly phase: string
  readonly file: string | null
  readonly lines: readonly string[]

  constructor(summary: string, failure: BuildFailure, options?: ErrorOptions) {
    super([summary, ...failure.lines.map(line => `  ${line}`.trimEnd())].join('\n'), options)
    this.tool = failure.tool
    this.phase = failure.phase
    this.file = failure.file
    this.lines = failure.lines
  }
}

/** A tool that the build needs is not there. */
export class ToolMissingError extends BuildError {
  override readonly name = 'ToolMissingError'

  /** One tool, or several with an "and" between. */
  constructor(tool: string, remedy: string, options?: ErrorOptions) {
    super(
      `${tool} ${tool.includes(' and ') ? 'are' : 'is'} needed to build the binary, and cannot be found. ${remedy}`,
      {
        tool,
        phase: 'tools',
        file: null,
        lines: [],
      },
      options,
    )
  }
}

/** The binary cannot be made for that target, by this builder or on this machine; for others it may be. */
export class TargetError extends BuildError {
  override readonly name = 'TargetError'
  readonly triple: string

  constructor(
    triple: string,
    why: string,
    { tool, lines = [] }: { readonly tool: string; readonly lines?: readonly string[] },
    options?: ErrorOptions,
  ) {
    super(`No binary for ${triple}: ${why}`, { tool, phase: 'target', file: null, lines }, options)
    this.triple = triple
  }
}

/** The tool reported success and made a file without the application in it. */
export class PayloadMissingError extends BuildError {
  override readonly name = 'PayloadMissingError'

  constructor(file: string, finding: string, tool: string) {
    super(`${file} does not carry the application: ${finding}.`, {
      tool,
      phase: 'proof',
      file,
      lines: [],
    })
  }
}

/** The tool reported success and made no file. */
export class NothingMadeError extends BuildError {
  override readonly name = 'NothingMadeError'

  constructor(tool: string, file: string) {
    super(`${tool} reported success, and there is no file where it should have put one.`, {
      tool,
      phase: 'proof',
      file,
      lines: [],
    })
  }
}

/** The directory for a file that is to be made cannot be written. */
export class UnwritablePlaceError extends BuildError {
  override readonly name = 'UnwritablePlaceError'

  constructor(file: string, directory: string, cause: unknown) {
    super(
      `${basename(file)} cannot be put where it belongs: ${directory} cannot be written.`,
      { tool: 'node', phase: 'place', file, lines: [(cause as Error).message] },
      { cause },
    )
  }
}
