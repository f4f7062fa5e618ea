import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { faults } from '../../../fixtures/faulty/catalogue.ts'
import { makeFaulty } from '../../../fixtures/faulty/make.ts'
import { type Ran, type } from './newcomer.ts'

export type PackageManager = 'npm' | 'pnpm'

export interface Consumer {
  readonly directory: string
  /** A sidecar that keeps every promise, where the app's configuration says. */
  readonly sound: string
  /** One that exits with 1 on SIGINT. */
  readonly faulty: string
  run(commandLine: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ran>
  write(name: string, content: string): Promise<void>
}

/** The command that runs an installed tool. */
export const EXEC: Readonly<Record<PackageManager, readonly string[]>> = {
  npm: ['npx', '--no-install'],
  pnpm: ['npx', '--yes', 'pnpm@12', 'exec'],
}

const INSTALL: Readonly<Record<PackageManager, readonly string[]>> = {
  npm: ['npm', 'install', '--no-audit', '--no-fund'],
  pnpm: ['npx', '--yes', 'pnpm@12', 'install'],
}

/** A Tauri app far from this repository, with the package installed from its tarball, beside Vitest and TypeScript. */
export async function makeConsumer(
  directory: string,
  packageManager: PackageManager,
  tarball: string,
): Promise<Consumer> {
  const write = async (name: string, content: string) => {
    const path = join(directory, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
  const run: Consumer['run'] = (commandLine, environment) => type(directory, commandLine, environment)
  const manifest = {
    name: 'notes',
    version: '1.0.0',
    private: true,
    type: 'module',
    devDependencies: { 'sidecar-harness': `file:${tarball}`, typescript: '7.0.2', vitest: '5.1.1' },
  }
  await write('package.json', JSON.stringify(manifest))
  await write(
    'src-tauri/tauri.conf.json',
    JSON.stringify({ bundle: { externalBin: ['binaries/sound-twin'] } }),
  )
  // pnpm looks for a workspace from here up, and wants to be told of scripts that it does not run.
  await write('pnpm-workspace.yaml', 'packages: []\nallowBuilds:\n  esbuild: false\n')
  const { code, output } = await run(INSTALL[packageManager])
  if (code !== 0) throw new Error(`${packageManager} could not install:\n${output}`)
  const fault = faults.find(({ name }) => name === 'sigint-exits-1')
  if (fault === undefined) throw new Error('there is no fault sigint-exits-1')
  return {
    directory,
    sound: await makeFaulty('none', join(directory, 'src-tauri/binaries')),
    faulty: await makeFaulty(fault, join(directory, 'faulty')),
    run,
    write,
  }
}
