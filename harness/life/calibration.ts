import { fileURLToPath } from 'node:url'
import { compileGrammar } from '../contract/announcement.ts'
import { resolveContract } from '../contract/resolve.ts'
import type { Subject } from './plan.ts'

/**
 * A program that is launched, asked and stopped like the sidecar, and does nothing else: what takes long in its
 * life is the machine's doing, or the harness's own.
 */
export function calibrationSubject(): Subject {
  const program = fileURLToPath(new URL('./calibration-program.mjs', import.meta.url))
  const resolved = resolveContract(
    { name: 'calibration', args: [program] },
    { file: null, directory: process.cwd() },
  )
  return { file: process.execPath, ...resolved, grammar: compileGrammar(resolved.contract.announce) }
}
