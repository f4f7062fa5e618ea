import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { LongestFirst } from './specs/longest-first.ts'

const isAll = process.env.SPECS === 'all'

const each = {
  // Specs launch real programs. Ours end by deadlines of their own; this one is for a harness that hangs.
  testTimeout: 30_000,
  hookTimeout: 60_000,
  // Faulty sidecars mostly make the harness wait. More at once would have them wait for the processor. In `test:all` these are
  // whole gates: with four, health/latency failed once where nothing was slow but the machine.
  maxConcurrency: isAll ? 2 : 4,
}

const config: ViteUserConfig = defineConfig({
  test: {
    globalSetup: ['specs/setup.ts'],
    sequence: { sequencer: LongestFirst },
    // Two cores are what the smallest CI machines have, and each spec file keeps one of them busy.
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...each,
          name: 'specs',
          // What takes minutes (a fresh clone, gates in a row) runs in `test:all` alone.
          include: isAll ? ['specs/**/*.{spec,slow}.ts'] : ['specs/**/*.spec.ts'],
        },
      },
      {
        test: {
          ...each,
          name: 'alone',
          // What measures, or takes every core on purpose, has the machine to itself when all else is done.
          include: isAll ? ['specs/**/*.alone.ts'] : [],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})

export default config
