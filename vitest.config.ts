import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { LongestFirst } from './specs/longest-first.ts'

const config: ViteUserConfig = defineConfig({
  test: {
    // What takes minutes (a fresh clone, gates in a row under load) runs in `test:all` alone.
    include: process.env.SPECS === 'all' ? ['specs/**/*.{spec,slow}.ts'] : ['specs/**/*.spec.ts'],
    globalSetup: ['specs/setup.ts'],
    // Specs launch real programs. Ours end by deadlines of their own; this one is for a harness that hangs.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores are what the smallest CI machines have, and each spec file keeps one of them busy.
    maxWorkers: 2,
    // Faulty sidecars mostly make the harness wait. More at once would have them wait for the processor.
    maxConcurrency: 4,
    sequence: { sequencer: LongestFirst },
  },
})

export default config
