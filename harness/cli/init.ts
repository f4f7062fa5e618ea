import { resolve } from 'node:path'
import { EXIT } from './exit.ts'
import { parseOptions, UsageError } from './usage.ts'

const HELP = `Adds a contract file, a spec and a CI workflow to a project that ships a sidecar.

Usage: sidecar-harness init [options]

  --directory DIR  the project; the working directory where it is left out
  --dry-run        say what would be written, and write nothing

It asks nothing: the app, its sidecars, the package manager, TypeScript, Vitest and GitHub are seen in the project's
own files. It overwrites nothing: what is there already stays as it is.

Examples:
  sidecar-harness init
  sidecar-harness init --directory apps/desktop --dry-run
`

/** Writes what the project lacks, and says so on stdout. Comes back with the exit code. */
export async function init(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    directory: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return EXIT.passed
  }
  const [first] = positionals
  if (first !== undefined) {
    throw new UsageError(`init takes no file. Did you mean "--directory ${first}"?`)
  }
  if (values.directory === '') throw new UsageError('--directory names no directory')
  const { readProject } = await import('../init/project.ts')
  const { planFiles } = await import('../init/files.ts')
  const { writeFiles } = await import('../init/write.ts')
  const { tellInit } = await import('../init/tell.ts')
  const project = await readProject(resolve(values.directory ?? '.'))
  const plan = planFiles(project)
  const isDryRun = values['dry-run']
  const written = await writeFiles(plan.files, isDryRun)
  process.stdout.write(tellInit(project, plan, written, isDryRun))
  return EXIT.passed
}
