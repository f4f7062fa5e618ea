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

/** `import { a as b } from "node:fs";`, `import * as fs from "node:fs";`, as the bundler writes them. */
const BUILTIN_IMPORT = /^import (?:\{(?<names>[^}]*)\}|\* as (?<all>\w+)) from "(?<module>node:[^"]+)";$/gm

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
    return code.replace(BUILTIN_IMPORT, (_, names?: string, all?: string, module = '') => {
      if (module === 'node:fs/promises' && names !== undefined) return takeWhenCalled(names)
      return `const ${all ?? `{${names?.replaceAll(' as ', ': ')}}`} = ${taken(module)} ?? {};`
    })
  },
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
  return `process.getBuiltinModule?.("${module}")`
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
  plugins: [findLoadedTogether, takeBuiltins],
  outputOptions: {
    codeSplitting: {
      groups: Object.keys(LOADED_TOGETHER).map((name, index, { length }) => ({
        name,
        test: id => togetherIn.get(id) === name,
        priority: length - index,
      })),
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
