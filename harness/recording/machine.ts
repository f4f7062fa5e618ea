import type { ArtifactHost } from '../artifact/launchable.ts'
import { TARGETS } from '../artifact/triple.ts'
import type { Evidence } from './evidence.ts'

/** The machine that an artifact is judged for: the one that it was looked at on, where no other was asked for. */
export function machineOf({ host, plan }: Pick<Evidence, 'host' | 'plan'>): ArtifactHost {
  const asked = TARGETS.find(({ triple }) => triple === plan.target)
  if (asked === undefined) return host
  // Of a universal program the part for Apple Silicon is the one that has to be signed.
  return { os: asked.os, arch: asked.archs.at(-1) ?? '', target: asked.triple }
}
