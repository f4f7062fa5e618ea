import type { Project } from './project.ts'

/** A spec that judges the contract, and shows how to write one's own. */
export function renderSpec({ manifest, isTypeScript, tests }: Project): { name: string; content: string } {
  // Vitest runs each of them. A compiler takes `.ts` in a CommonJS package for CommonJS, which cannot import this.
  const usual = `${manifest?.type === 'module' ? '' : 'm'}${isTypeScript ? 'ts' : 'js'}`
  return {
    name: `sidecar.${tests.word}.${tests.extension ?? usual}`,
    content: `import { describeContract } from 'sidecar-harness/vitest'

// A test per clause of sidecar.config.*, on the binary that it names. SIDECAR_BINARY=path judges another one.
describeContract()
`,
  }
}
