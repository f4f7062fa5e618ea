import { relative } from 'node:path'
import type { Plan } from './files.ts'
import { rangeOf } from './manifest.ts'
import { addCommand, runCommand } from './package-manager.ts'
import type { Project } from './project.ts'
import type { Written } from './write.ts'

/** What was found, what was done, and what to do next, in words. */
export function tellInit(
  project: Project,
  plan: Plan,
  written: readonly Written[],
  isDryRun: boolean,
): string {
  const rows = [
    ['found', tellProject(project)],
    ...(project.contractFile === null ? (project.app?.notes ?? []) : []).map(note => ['note', note]),
    ...written.map(({ file, outcome }) => {
      const path = relative(project.directory, file.path)
      if (outcome === 'there already') return ['left', `${path}: it is there already`]
      return [isDryRun ? 'would write' : 'written', `${path}: ${file.purpose}`]
    }),
    ...plan.left.map(({ what, reason }) => ['left out', `${what}: ${reason}`]),
  ]
  const width = Math.max(...rows.map(([label = '']) => label.length))
  const table = rows.map(([label = '', text]) => `${label.padEnd(width)}  ${text}\n`).join('')
  const steps = nextSteps(project, plan.contract).map((step, index) => `  ${index + 1}. ${step}\n`)
  return `${table}\nNext:\n${steps.join('')}`
}

function tellProject({ app, packageManager, isTypeScript, tests, repository, manifest }: Project): string {
  const { name, seenIn } = packageManager
  const parts = [
    app === null ? 'no desktop app that is known here' : `${app.title} (${app.seenIn})`,
    ...(manifest === null ? ['no package.json'] : [seenIn === null ? name : `${name} (${seenIn})`]),
    ...(isTypeScript ? ['TypeScript'] : []),
    ...(tests.vitest === null ? [] : [`Vitest ${tests.vitest}`]),
    ...(repository?.isOnGitHub ? ['GitHub'] : []),
  ]
  return parts.join(', ')
}

function nextSteps({ manifest, packageManager, app, contractFile }: Project, contract: string): string[] {
  const isInstalled = rangeOf('sidecar-harness', manifest) !== null
  const isBinaryKnown = contractFile !== null || (app !== null && app.binaries.length > 0)
  const install = addCommand(packageManager, 'sidecar-harness')
  const check = runCommand(packageManager, 'sidecar-harness check')
  return [
    ...(manifest === null
      ? [`Make a package.json (${packageManager.name} init): CI installs the harness from one`]
      : []),
    ...(isInstalled ? [] : [`Install the harness, as its README says: ${install}`]),
    ...(isBinaryKnown ? [] : [`Put the path of the sidecar into ${contract}, as \`binary\``]),
    'Build the sidecar as your release does',
    `Judge it: ${check}. What it finds is to be mended, or to be said in ${contract}`,
  ]
}
