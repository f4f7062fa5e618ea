/** Projects as people have them, and what `init` makes of them. */

import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export const ROOT: string = join(import.meta.dirname, '../../..')

/** The files of a project: text, or what is written as JSON. */
export type Files = Readonly<Record<string, string | object>>

export interface Kind {
  readonly files: Files
  /** Those among them that can be launched. */
  readonly programs?: readonly string[]
  /** Where in there `init` is run; the root where it is left out. */
  readonly place?: string
  /** What is written, relative to the root. */
  readonly written: readonly string[]
  /** What the contracts name. */
  readonly contracts: readonly {
    readonly app: string | null
    readonly binary: string | null
    readonly name?: string
  }[]
  /** What is said of the project. */
  readonly told: readonly string[]
  /** Lines of the workflow. */
  readonly workflow?: readonly string[]
}

const GIT: Files = { '.git/HEAD': 'ref: refs/heads/main\n', '.git/config': '[core]\n\tbare = false\n' }
const GITHUB: Files = {
  ...GIT,
  '.git/config': '[remote "origin"]\n\turl = git@github.com:somebody/notes.git\n',
}
const tauri2 = (...externalBin: string[]) => ({
  productName: 'Notes',
  identifier: 'org.example.notes',
  bundle: { active: true, externalBin },
})

export const KINDS: Readonly<Record<string, Kind>> = {
  'a Tauri 2 app in TypeScript, with pnpm, Vitest and GitHub': {
    files: {
      ...GITHUB,
      'package.json': {
        name: 'notes',
        type: 'module',
        packageManager: 'pnpm@12.1.0',
        scripts: { dev: 'tauri dev', 'build:sidecar': 'cargo build' },
        devDependencies: { vitest: '^5.1.0', typescript: '^6.0.0' },
      },
      'pnpm-lock.yaml': '',
      'tsconfig.json': {},
      'test/notes.test.ts': '',
      'src-tauri/tauri.conf.json': tauri2('binaries/backend'),
    },
    written: ['sidecar.config.ts', 'test/sidecar.test.ts', '.github/workflows/sidecar.yml'],
    contracts: [{ app: 'tauri', binary: 'src-tauri/binaries/backend' }],
    told: ['Tauri 2 (src-tauri/tauri.conf.json), pnpm (package.json), TypeScript, Vitest ^5.1.0, GitHub'],
    workflow: [
      'branches: ["main"]',
      '- uses: pnpm/action-setup@v6\n      - uses:',
      'cache: pnpm',
      'run: pnpm install --frozen-lockfile',
      'run: pnpm run build:sidecar',
      'run: pnpm exec sidecar-harness check --reporter junit',
    ],
  },
  'a Tauri 1 app in JavaScript, with npm, two sidecars and nothing else': {
    files: {
      'package.json': { name: 'notes', devDependencies: { '@tauri-apps/cli': '^1.6.0' } },
      'package-lock.json': {},
      'src-tauri/tauri.conf.json': {
        tauri: { bundle: { externalBin: ['binaries/backend', '../tools/search'] } },
      },
    },
    written: ['sidecar.config.mjs'],
    contracts: [
      { app: 'tauri', binary: 'src-tauri/binaries/backend', name: 'backend' },
      { app: 'tauri', binary: 'tools/search', name: 'search' },
    ],
    told: [
      'Tauri 1 (src-tauri/tauri.conf.json), npm (package-lock.json)\n',
      'the spec: there is no Vitest among the dependencies',
      'the workflow: this is no git repository',
      'npx --no-install sidecar-harness check',
    ],
  },
  'an Electron app in TypeScript for CommonJS, with the old Yarn': {
    files: {
      ...GITHUB,
      'package.json': {
        name: 'notes',
        main: 'main.cjs',
        devDependencies: { electron: '^40.0.0', vitest: 'catalog:', typescript: '^6.0.0' },
        build: {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder fills it in.
          extraResources: [{ from: 'resources/bin', to: 'bin' }, 'README.md', 'dist/${os}'],
          win: { extraFiles: 'tools/helper.exe' },
        },
      },
      'yarn.lock': '# yarn lockfile v1\n',
      'README.md': '',
      'resources/bin/backend': '#!/bin/sh\n',
      'resources/bin/libssl.so.3': '',
      'resources/bin/notes.txt': '',
      'tools/helper.exe': 'MZ',
      'spec/app.ts': '',
    },
    programs: ['resources/bin/backend', 'resources/bin/libssl.so.3'],
    written: ['sidecar.config.mts', 'spec/sidecar.spec.mts', '.github/workflows/sidecar.yml'],
    contracts: [
      { app: 'electron', binary: 'resources/bin/backend', name: 'backend' },
      { app: 'electron', binary: 'tools/helper', name: 'helper' },
    ],
    told: ['Electron (package.json), yarn (yarn.lock), TypeScript, Vitest catalog:'],
    workflow: [
      'cache: yarn',
      'run: yarn install --frozen-lockfile',
      'run: yarn run sidecar-harness check',
      '# - name: Build the sidecar',
    ],
  },
  'an Electron app whose configuration is a program, with the new Yarn': {
    files: {
      ...GITHUB,
      'package.json': {
        name: 'notes',
        type: 'module',
        packageManager: 'yarn@4.9.0',
        devDependencies: { electron: '^40.0.0', vitest: '~3.2.0' },
      },
      'yarn.lock': '__metadata:\n  version: 8\n',
      'forge.config.js': 'export default {}',
    },
    written: ['sidecar.config.js', '.github/workflows/sidecar.yml'],
    contracts: [{ app: 'electron', binary: null }],
    told: [
      'forge.config.js was not read: write the path of a sidecar that it names into the contract.',
      'the spec: it needs Vitest 5, and the project has ~3.2.0',
      'Put the path of the sidecar into sidecar.config.js',
    ],
    workflow: ['- run: corepack enable', 'run: yarn install --immutable'],
  },
  'a Tauri app without a package.json': {
    files: { ...GIT, 'src-tauri/tauri.conf.json': tauri2('backend'), 'src-tauri/tauri.linux.conf.json': {} },
    written: ['sidecar.config.json'],
    contracts: [{ app: 'tauri', binary: 'src-tauri/backend' }],
    told: [
      'no package.json\n',
      'src-tauri/tauri.linux.conf.json was not read: sidecars that it adds are missing.',
      'the workflow: nothing says that this is on GitHub; elsewhere CI runs `npx --no-install sidecar-harness check',
      'Make a package.json (npm init)',
    ],
  },
  'a Tauri app that is configured in TOML': {
    files: { 'package.json': { type: 'module' }, 'src-tauri/Tauri.toml': '[bundle]\nexternalBin = ["x"]\n' },
    written: ['sidecar.config.js'],
    contracts: [{ app: 'tauri', binary: null }],
    told: ['src-tauri/Tauri.toml was not read (only tauri.conf.json is)'],
  },
  'a Tauri app whose configuration has comments': {
    files: { 'package.json': { type: 'module' }, 'src-tauri/tauri.conf.json': '{ // mine\n}' },
    written: ['sidecar.config.js'],
    contracts: [{ app: 'tauri', binary: null }],
    told: ['src-tauri/tauri.conf.json could not be read (', "write the sidecar's path into the contract"],
  },
  'a Wails app, with Bun': {
    files: {
      ...GITHUB,
      'wails.json': { name: 'notes' },
      'package.json': { type: 'module', devDependencies: { vitest: '5.1.1' } },
      'bun.lock': '',
    },
    written: ['sidecar.config.js', 'sidecar.test.js', '.github/workflows/sidecar.yml'],
    contracts: [{ app: 'wails', binary: null }],
    told: ['Wails (wails.json), bun (bun.lock)', 'bun add --dev sidecar-harness'],
    workflow: [
      '- uses: oven-sh/setup-bun@v2',
      'run: bun install --frozen-lockfile',
      'run: bun run sidecar-harness',
    ],
  },
  'a package of a workspace, with nothing locked': {
    files: {
      ...GITHUB,
      'package.json': { private: true, devDependencies: { vitest: '^5' } },
      'apps/desktop/package.json': { name: 'desktop', type: 'module' },
      'apps/desktop/src-tauri/tauri.conf.json': tauri2('binaries/backend'),
      'apps/desktop/tests/it.spec.js': '',
    },
    place: 'apps/desktop',
    written: [
      'apps/desktop/sidecar.config.js',
      'apps/desktop/tests/sidecar.spec.js',
      '.github/workflows/sidecar.yml',
    ],
    contracts: [{ app: 'tauri', binary: 'apps/desktop/src-tauri/binaries/backend' }],
    told: ['Tauri 2 (src-tauri/tauri.conf.json), npm, Vitest ^5, GitHub'],
    workflow: [
      'working-directory: "apps/desktop"',
      'node-version: 24\n      - name',
      'run: npm install\n',
      '            apps/desktop/sidecar-junit.xml\n',
    ],
  },
  'a project that is no app that is known here': {
    files: { 'package.json': { type: 'module' } },
    written: ['sidecar.config.js'],
    contracts: [{ app: null, binary: null }],
    told: ['no desktop app that is known here, npm'],
  },
}

/** Writes a project, with this harness installed in it. */
export async function makeProject(root: string, { files, programs = [] }: Kind): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  }
  for (const name of programs) await chmod(join(root, name), 0o755)
  await mkdir(join(root, 'node_modules'), { recursive: true })
  await symlink(ROOT, join(root, 'node_modules/sidecar-harness'), 'junction')
}
