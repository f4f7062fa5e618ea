import { relative, sep } from 'node:path'
import { ciInstallCommand, type PackageManager, runCommand, scriptCommand } from './package-manager.ts'
import type { Project } from './project.ts'
import type { Repository } from './repository.ts'

/** The Node that CI uses: the long-term release that the harness is tested with. */
const NODE = 24
/** What people call a script that builds the sidecar and not the app. */
const BUILD_SCRIPT =
  /^(build[:_-]?(sidecars?|backend|server|binar(y|ies))|(sidecars?|backend|server|binar(y|ies))[:_-]build)$/i

/** A GitHub workflow that installs, builds and judges; reports and recordings are kept. */
export function renderWorkflow(
  { packageManager, manifest, directory }: Project,
  repository: Repository,
): string {
  const place = relative(repository.root, directory).replaceAll(sep, '/')
  const prefix = place === '' ? '' : `${place}/`
  const script = Object.keys(manifest?.scripts ?? {}).find(name => BUILD_SCRIPT.test(name))
  const check = runCommand(
    packageManager,
    'sidecar-harness check --reporter junit=sidecar-junit.xml --artifacts sidecar-recording',
  )
  return `# The sidecar as users get it, held to its contract. Written once by \`sidecar-harness init\`; it is yours now.
name: sidecar

on:
  push:${repository.mainBranch === null ? '' : `\n    branches: [${JSON.stringify(repository.mainBranch)}]`}
  pull_request:

permissions:
  contents: read
${place === '' ? '' : `\ndefaults:\n  run:\n    working-directory: ${JSON.stringify(place)}\n`}
jobs:
  sidecar:
    # Add macos-latest and windows-latest where the sidecar is built there, too.
    runs-on: ubuntu-latest
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@v6
${setupSteps(packageManager, repository)}      - name: Install
        run: ${ciInstallCommand(packageManager)}
${buildStep(packageManager, script)}
      - name: Judge the sidecar
        run: ${check}

      - name: Keep the report and what it was reached from
        if: \${{ !cancelled() }}
        uses: actions/upload-artifact@v7
        with:
          name: sidecar
          path: |
            ${prefix}sidecar-junit.xml
            ${prefix}sidecar-recording
          if-no-files-found: ignore
`
}

function setupSteps(packageManager: PackageManager, { root }: Repository): string {
  const { name, lockfile, major, isBerry } = packageManager
  const lines: string[] = []
  if (name === 'pnpm') {
    lines.push('- uses: pnpm/action-setup@v6')
    // It reads packageManager, and wants to be told where that is missing.
    if (major === null) lines.push('  with:', '    version: latest')
  }
  // Corepack is what runs the Yarn that packageManager names.
  if (isBerry) lines.push('- run: corepack enable')
  if (name === 'bun') lines.push('- uses: oven-sh/setup-bun@v2')
  lines.push('- uses: actions/setup-node@v7', '  with:', `    node-version: ${NODE}`)
  // It has no cache for Bun, and fails without a lockfile.
  if (name !== 'bun' && lockfile !== null) {
    lines.push(`    cache: ${name}`)
    const path = relative(root, lockfile).replaceAll(sep, '/')
    if (path.includes('/')) lines.push(`    cache-dependency-path: ${JSON.stringify(path)}`)
  }
  return lines.map(line => `      ${line}\n`).join('')
}

function buildStep(packageManager: PackageManager, script: string | undefined): string {
  if (script !== undefined) {
    return `      - name: Build the sidecar\n        run: ${scriptCommand(packageManager, script)}\n`
  }
  return `      # Build the sidecar here, unless its contract says how (\`build\`), so that the binary that it names is there:
      # - name: Build the sidecar
      #   run: ${scriptCommand(packageManager, 'build:sidecar')}
`
}
