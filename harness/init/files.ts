import { join } from 'node:path'
import { renderContract } from './contract-file.ts'
import { runCommand } from './package-manager.ts'
import type { Project } from './project.ts'
import { renderSpec } from './spec-file.ts'
import { renderWorkflow } from './workflow-file.ts'

/** One file that a project gets. */
export interface PlannedFile {
  /** Absolute path. */
  readonly path: string
  readonly content: string
  /** What it is for, in a few words. */
  readonly purpose: string
}

/** What is to be written, and what is not, each with its reason. */
export interface Plan {
  readonly files: readonly PlannedFile[]
  /** The contract's file, new or not, relative to the project. */
  readonly contract: string
  readonly left: readonly { readonly what: string; readonly reason: string }[]
}

/** The first version of Vitest that the spec runs in. */
const OLDEST_VITEST = 5

export const WORKFLOW = '.github/workflows/sidecar.yml'

/** A contract, a spec where there is Vitest, and a workflow where there is GitHub. */
export function planFiles(project: Project): Plan {
  const parts = [planContract(project), planSpec(project), planWorkflow(project)]
  return {
    contract: project.contractFile ?? renderContract(project).name,
    files: parts.flatMap(part => ('file' in part ? [part.file] : [])),
    left: parts.flatMap(part => ('file' in part ? [] : [part])),
  }
}

type Part = { readonly file: PlannedFile } | { readonly what: string; readonly reason: string }

function planContract(project: Project): Part {
  const { contractFile, directory, app } = project
  if (contractFile !== null) return { what: 'a new contract', reason: `${contractFile} is there already` }
  const { name, content } = renderContract(project)
  const which = app === null || app.binaries.length === 0 ? 'the sidecar' : app.binaries.join(', ')
  return { file: { path: join(directory, name), content, purpose: `the contract of ${which}` } }
}

function planSpec(project: Project): Part {
  const { manifest, tests, directory } = project
  const what = 'the spec'
  if (manifest === null) return { what, reason: 'there is no package.json' }
  if (tests.vitest === null) return { what, reason: 'there is no Vitest among the dependencies' }
  const major = Number(/\d+/.exec(tests.vitest)?.[0] ?? OLDEST_VITEST)
  if (major < OLDEST_VITEST) {
    return { what, reason: `it needs Vitest ${OLDEST_VITEST}, and the project has ${tests.vitest}` }
  }
  const { name, content } = renderSpec(project)
  return { file: { path: join(directory, tests.directory, name), content, purpose: 'a test per clause' } }
}

function planWorkflow(project: Project): Part {
  const { repository, manifest, packageManager } = project
  const what = 'the workflow'
  if (repository === null) return { what, reason: 'this is no git repository' }
  if (!repository.isOnGitHub) {
    const command = runCommand(packageManager, 'sidecar-harness check --reporter junit=sidecar-junit.xml')
    return { what, reason: `nothing says that this is on GitHub; elsewhere CI runs \`${command}\`` }
  }
  if (manifest === null) return { what, reason: 'there is no package.json that CI could install from' }
  const content = renderWorkflow(project, repository)
  return { file: { path: join(repository.root, WORKFLOW), content, purpose: 'the gate in CI' } }
}
