import { defineConfig, type UserConfig } from 'tsdown'

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
