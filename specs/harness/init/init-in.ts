import { join } from 'node:path'
import type { Place } from '../cli/command.ts'
import type { Kind } from './projects.ts'

/** Runs `init` where the people of such a project would. */
export function initIn(place: Place, kind: Kind, ...args: string[]): ReturnType<Place['run']> {
  return place.run('init', '--directory', join(place.directory, kind.place ?? ''), ...args)
}
