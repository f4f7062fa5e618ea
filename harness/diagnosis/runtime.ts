import type { ArtifactDescription } from '../artifact/description.ts'

/** What a sidecar is written in, as far as its file tells: the same mistake is mended in another way in each. */
export type Runtime = 'node' | 'bun' | 'deno' | 'python' | 'jvm' | 'unknown'

const BY_PAYLOAD: Readonly<Record<string, Runtime>> = {
  node: 'node',
  bun: 'bun',
  deno: 'deno',
  pyinstaller: 'python',
}

/** By the program's own name, its interpreter's, or that of the runtime that it is started with. */
const BY_NAME: readonly (readonly [RegExp, Runtime])[] = [
  [/^(node|nodejs)(\.exe)?$/, 'node'],
  [/^bun(\.exe)?$/, 'bun'],
  [/^deno(\.exe)?$/, 'deno'],
  [/^(python|pypy)[\d.]*(\.exe)?$/, 'python'],
  [/^java(\.exe)?$/, 'jvm'],
]

/** Reads the runtime off the packed payload, off the `#!` line, or off the name of what is launched. */
export function runtimeOf({ payload, interpreter, format, path }: ArtifactDescription): Runtime {
  const packed = payload === null ? undefined : BY_PAYLOAD[payload.runtime]
  if (packed !== undefined) return packed
  // `#!/usr/bin/env node` names the program that it looks for.
  const named = format === 'script' ? `${interpreter?.path ?? ''} ${interpreter?.argument ?? ''}` : path
  const words = named.split(/[\s/\\]+/)
  for (const [pattern, runtime] of BY_NAME) {
    if (words.some(word => pattern.test(word))) return runtime
  }
  return 'unknown'
}
