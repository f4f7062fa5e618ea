import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type UserConfig } from 'tsdown'

type Plugin = Extract<UserConfig['plugins'], { name: string }>

/** What people import, by the name that `exports` gives it; only these have declarations. */
const FACES = {
  index: 'harness/index.ts',
  vitest: 'harness/vitest.ts',
  'vitest-global-setup': 'harness/vitest/global-setup.ts',
}

/** What is run: by people, and by the harness itself. */
const PROGRAMS = {
  cli: 'harness/cli/main.ts',
  'pkg-worker': 'harness/build/by/pkg-worker.ts',
}

/**
 * What a command loads before it does anything is a file or two, and not thirty: to find and read one takes longer than to
 * compile it. By the name of such a file: the modules that are in it, with all that they import for good and that is in none
 * before it.
 */
const LOADED_TOGETHER: Readonly<Record<string, string>> = {
  start: PROGRAMS.cli,
  list: 'harness/cli/check.ts',
}

/** Where a module is in one of those; known once all modules are. */
const togetherIn = new Map<string, string>()

const findLoadedTogether: Plugin = {
  name: 'find-loaded-together',
  buildEnd() {
    for (const [name, root] of Object.entries(LOADED_TOGETHER)) {
      const found = new Set([join(import.meta.dirname, root)])
      // A set is walked to its end, wherever that is by then.
      for (const id of found) {
        const module = this.getModuleInfo(id)
        for (const imported of module?.importedIds ?? []) found.add(imported)
        // A program is a file of its own.
        if (module !== null && !module.isEntry && !togetherIn.has(id)) togetherIn.set(id, name)
      }
    }
  },
}

/**
 * Packages that are part of ours, each in a file of its own, because to find and read their hundreds takes 70 ms of every
 * start: and what they need themselves, without which they would be imported from packages that nobody has installed.
 */
const OWN_FILES = ['execa', 'undici', 'zod']
const PART_OF_OURS = [
  ...OWN_FILES,
  ...['leven', 'tmp-promise', 'tmp', 'tree-kill'],
  ...['@sec-ant/readable-stream', '@sindresorhus/merge-streams', 'figures', 'get-stream'],
  ...['human-signals', 'is-plain-obj', 'is-stream', 'is-unicode-supported', 'npm-run-path', 'parse-ms'],
  ...['path-key', 'pretty-ms', 'signal-exit', 'strip-final-newline', 'unicorn-magic', 'which-command'],
  'yoctocolors',
]

const LICENSES = 'third-party-licenses.txt'

/** Their licenses ask for it: who passes them on passes on these words. */
const passOnLicenses: Plugin = {
  name: 'pass-on-licenses',
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap(file => (file.type === 'chunk' ? file.moduleIds : []))
    // The last one: pnpm has a package's files in node_modules/.pnpm/NAME@VERSION/node_modules/NAME.
    const roots = modules.flatMap(id => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? [])
    if (roots.length === 0) return
    const texts = [...new Set(roots)].sort().map(licenseOf)
    this.emitFile({ type: 'asset', fileName: LICENSES, source: texts.join('\n') })
  },
}

function licenseOf(root: string): string {
  const { name, version, license, author } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const file = readdirSync(root).find(each => /^licen[cs]e/i.test(each))
  // tmp-promise publishes none.
  const text = file === undefined ? `By ${author}` : readFileSync(join(root, file), 'utf8').trim()
  return `${name} ${version} (${license})\n\n${text}\n`
}

/** `import { a as b } from "node:fs";`, `import * as fs from …`, `import fs, { a } from …`, as the bundler writes them. */
const BUILTIN_IMPORT =
  /^import (?:(?<whole>[\w$]+|\* as [\w$]+)(?:, )?)?(?:\{(?<names>[^}]*)\})? from "(?<module>node:[^"]+)";$/gm

/**
 * Node's modules without what an `import` of them does first: it reads every export, and so loads what most of them are never
 * used for. With node:fs that is all of its streams, 2 ms of a start; and node:fs/promises takes 1 ms until it is there.
 * A Node without getBuiltinModule is older than the package needs, and lives long enough to be told so.
 */
const takeBuiltins: Plugin = {
  name: 'take-builtins',
  renderChunk(code, { fileName }) {
    // Declarations import types.
    if (!fileName.endsWith('.js')) return null
    return code.replace(BUILTIN_IMPORT, (_, whole?: string, names?: string, module = '') => {
      const lines: string[] = []
      if (whole !== undefined) lines.push(`const ${whole.replace('* as ', '')} = ${taken(module)} ?? {};`)
      if (names !== undefined) lines.push(takeEach(names, module))
      return lines.join(' ')
    })
  },
}

function takeEach(names: string, module: string): string {
  if (module === 'node:fs/promises') return takeWhenCalled(names)
  return `const {${names.replaceAll(' as ', ': ')}} = ${taken(module)} ?? {};`
}

/** All that it exports are functions, but one. */
function takeWhenCalled(names: string): string {
  const each = names.split(',').map(name => {
    const [exported = '', local = exported] = name.trim().split(' as ')
    if (exported === 'constants') return `${local} = ${taken('node:fs')}?.constants`
    return `${local} = (...args) => ${taken('node:fs/promises')}.${exported}(...args)`
  })
  return `const ${each.join(', ')};`
}

function taken(module: string): string {
  // Where a module calls its import of it `process`, too.
  return `globalThis.process.getBuiltinModule?.("${module}")`
}

/**
 * The package that others install: a handful of modules instead of two hundred, because each one that is read at a
 * start costs time. Everything lands in one directory: what a module spawns or reads, it looks for beside itself.
 */
const config: UserConfig = defineConfig({
  entry: { ...FACES, ...PROGRAMS },
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  // The package is of type module.
  fixedExtension: false,
  // Names that a stack trace can be read by. Nothing is cached under them.
  hash: false,
  plugins: [findLoadedTogether, takeBuiltins, passOnLicenses],
  deps: { onlyBundle: PART_OF_OURS },
  outputOptions: {
    codeSplitting: {
      groups: [
        ...Object.keys(LOADED_TOGETHER).map((name, index, { length }) => ({
          name,
          test: (id: string) => togetherIn.get(id) === name,
          priority: length - index,
        })),
        ...OWN_FILES.map(name => ({ name, test: new RegExp(`/node_modules/${name}/`) })),
      ],
    },
  },
  dts: { entry: Object.values(FACES) },
  // The declarations speak of signals and buffers, and since version 6 TypeScript takes in no types by itself.
  banner: { dts: '/// <reference types="node" />' },
  // Run by Node as they stand, and spawned: nobody imports them, so nobody would bundle them.
  copy: [{ from: 'harness/**/*.mjs', to: 'dist', flatten: true }],
  failOnWarn: true,
  report: false,
  logLevel: 'warn',
})

export default config
