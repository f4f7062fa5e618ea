import type { RunVerdict } from '../gate/run-verdict.ts'
import { explainBundle } from './bundle.ts'
import { tell } from './explain.ts'
import { reproduce } from './reproduce.ts'
import { testOutcomes } from './test-outcome.ts'

/**
 * The verdict as workflow commands: an error for each clause that fails the gate, a warning for each that is to be
 * looked at. GitHub shows ten of a kind for a step, so what blocks most others comes first.
 */
export function renderAnnotations({ sidecars }: RunVerdict): string {
  const annotations = sidecars.flatMap(verdict => {
    const blocks = (id: string) => verdict.clauses.filter(({ blockedBy }) => blockedBy === id).length
    const interrupted =
      verdict.outcome === 'interrupted'
        ? [annotate('error', verdict.contract.name, 'The gate was interrupted before all was judged.')]
        : []
    const bundle =
      verdict.bundle?.outcome === 'fail'
        ? [annotate('error', `${verdict.contract.name}: bundle`, explainBundle(verdict.bundle))]
        : []
    const broken = testOutcomes(verdict).flatMap(([{ id }, outcome]) => {
      const title = `${verdict.contract.name}: ${id}`
      const again = tell('again', reproduce(verdict, id))
      if (outcome.kind === 'fail') {
        return [{ id, line: annotate('error', title, `${outcome.message}\n${again}`) }]
      }
      if (outcome.kind === 'pass' && outcome.isWarning) {
        return [{ id, line: annotate('warning', title, `${outcome.note ?? ''}\n${again}`) }]
      }
      return []
    })
    const inOrder = broken.sort((a, b) => blocks(b.id) - blocks(a.id)).map(({ line }) => line)
    return [...interrupted, ...bundle, ...inOrder]
  })
  return annotations.join('')
}

/** The runner reads these from a step's output, whichever stream they are on. */
function annotate(command: 'error' | 'warning', title: string, message: string): string {
  return `::${command} title=${escapeProperty(title)}::${escapeData(message)}\n`
}

/** The runner undoes these, and no others (actions/runner, ActionCommand.cs). */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
