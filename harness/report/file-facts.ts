import type { ArtifactDescription, ArtifactPayload } from '../artifact/description.ts'
import { newestOf } from '../artifact/glibc-version.ts'
import { printable } from '../text/printable.ts'
import { size } from '../text/size.ts'
import { showPathFrom } from './reproduce.ts'
import { count } from './words.ts'

const RUNTIMES: Readonly<Record<ArtifactPayload['runtime'], string>> = {
  node: 'Node',
  bun: 'Bun',
  deno: 'Deno',
  pyinstaller: 'PyInstaller',
}

const PAYLOADS: Readonly<Record<ArtifactPayload['state'], string>> = {
  carried: 'with an application in it',
  bare: 'with no application in it',
  unlinked: 'with an application that it does not know of',
  lost: 'told to start an application that is not there',
}

/** What a file says before anybody has launched it. */
export function describeFile(artifact: ArtifactDescription): readonly string[] {
  const { path, triple, format, resembles, bytes, sha256 } = artifact
  return [
    printable(showPathFrom(path, process.cwd()), path.length),
    `  ${triple ?? resembles ?? format}, ${size(bytes)}, sha256 ${sha256}`,
    ...facts(artifact).map(fact => `  ${fact}`),
  ]
}

function facts({ payload, libraries, interpreter, format, defects }: ArtifactDescription): readonly string[] {
  const needs = libraries?.needed.filter(({ by }) => by === null) ?? []
  const missing = libraries?.searched ? libraries.needed.filter(({ path }) => path === null) : []
  const glibc = newestOf((libraries?.versions ?? []).flatMap(({ names }) => names))
  return [
    ...(payload === null ? [] : [describePayload(payload)]),
    ...(format === 'script' && interpreter !== null
      ? [`run by ${printable(`${interpreter.path} ${interpreter.argument ?? ''}`.trim())}`]
      : []),
    ...(needs.length === 0
      ? []
      : [
          `needs ${count(needs.length, 'shared object')}${glibc === null ? '' : `, and ${glibc.replace('GLIBC_', 'glibc ')} or newer`}`,
        ]),
    ...(missing.length === 0
      ? []
      : [`missing here: ${missing.map(({ name }) => printable(name)).join(', ')}`]),
    ...defects.map(({ sentence }) => sentence),
  ]
}

/** A packer's runtime, and what is in it. */
export function describePayload({ runtime, version, state, bytes }: ArtifactPayload): string {
  const weight = bytes === null || bytes === 0 ? '' : ` of ${size(bytes)}`
  return `${RUNTIMES[runtime]}${version === null ? '' : ` ${printable(version)}`}, ${PAYLOADS[state]}${weight}`
}
