import { isAbsolute, relative, sep } from 'node:path'
import type { ClauseId } from '../contract/catalogue.ts'
import type { Verdict } from '../gate/verdict.ts'
import { shellCommand } from '../text/shell.ts'

/**
 * The command that judges this one clause again, as it was judged here, for whoever stands in `directory`: what is
 * installed there, and not what somebody has put under this name into a registry.
 */
export function reproduce(verdict: Verdict, id: ClauseId, directory: string = process.cwd()): string {
  const { artifact, chosenBy, contract, host, strict, target, timeScale } = verdict
  const { file, name, oneOfSeveral } = contract
  return shellCommand([
    ...['npx', '--no-install', 'sidecar-harness', 'check'],
    // What the contract chose, it chooses again, and builds what has been mended.
    ...(chosenBy === 'contract' ? [] : [asArgument(artifact.path, directory)]),
    ...(file === null ? [] : ['--config', asArgument(file, directory)]),
    ...(oneOfSeveral ? ['--sidecar', name] : []),
    ...(target === null ? [] : ['--target', target]),
    ...['--only', [id, ...companionOf(verdict, id)].join(',')],
    ...(timeScale === 1 ? [] : ['--time-scale', String(timeScale)]),
    ...(strict ? ['--strict'] : []),
    ...(host.kind === 'posix' && host.os === 'linux' ? ['--host', 'posix'] : []),
  ])
}

/**
 * What is promised of every life is judged by those that were launched for other clauses, too, and alone by fewer: the
 * clause that has the life launched in which the failure was seen, and as few beside it as can be.
 */
function companionOf({ clauses }: Verdict, id: ClauseId): ClauseId[] {
  const { seen = null, lives = [] } = clauses.find(clause => clause.id === id) ?? {}
  if (seen === null || lives.includes(seen.life)) return []
  const bringing = clauses.filter(clause => clause.lives.includes(seen.life))
  return bringing
    .toSorted((one, other) => one.lives.length - other.lives.length)
    .slice(0, 1)
    .map(clause => clause.id)
}

/** Below the directory by its relative path, which is short, and the same on a colleague's machine. */
export function showPathFrom(path: string, directory: string): string {
  const below = relative(directory, path)
  return below === '' || below.split(sep)[0] === '..' || isAbsolute(below) ? path : below
}

/** A file can have the name of an option. */
function asArgument(path: string, directory: string): string {
  const shown = showPathFrom(path, directory)
  return shown.startsWith('-') ? `.${sep}${shown}` : shown
}
