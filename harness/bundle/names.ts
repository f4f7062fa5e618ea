import type { ArtifactDescription } from '../artifact/description.ts'
import { findTargetInName } from '../artifact/triple.ts'

const EXE = /\.exe$/i

/**
 * What a sidecar may be called in a bundle: Tauri takes the target triple off its name (`Contents/MacOS/backend`), other
 * bundlers leave it as it is.
 */
export function namesInBundle({ name, os }: Pick<ArtifactDescription, 'name' | 'os'>): readonly string[] {
  const stem = name.replace(EXE, '')
  const plain = withoutTriple(name)
  const stems = [...new Set([plain, stem])]
  return os === 'windows' || EXE.test(name) ? stems.map(each => `${each}.exe`) : stems
}

/** `backend` of `backend-x86_64-pc-windows-msvc.exe`. */
export function withoutTriple(name: string): string {
  const stem = name.replace(EXE, '')
  const target = findTargetInName(name)
  return target === null ? stem : stem.slice(0, -target.triple.length - 1)
}
