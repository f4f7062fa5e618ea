import { judgeLaunchable } from '../../artifact/launchable.ts'
import { findAboveFloor } from '../../artifact/libc-floor.ts'
import { findAboveMacosFloor } from '../../artifact/macos-floor.ts'
import { printable } from '../../text/printable.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { LIBRARY_MISSING, LOADER, NEWER_LIBC } from './shared.ts'

const loaderMissing: KnownFailure = {
  id: 'loader-missing',
  title: 'The loader that it names is not on this machine: it is made for systems with another C library.',
  clauses: ['artifact/libraries-resolve'],
  sources: ['https://github.com/denoland/deno/issues/31143', LOADER],
  fix: {
    any: 'Build one for each C library that your users have (glibc; musl on Alpine), or one that is linked statically: `CGO_ENABLED=0 go build`, `cargo build --target x86_64-unknown-linux-musl`.',
    node: 'Pack it from a Node for that C library: pkg has `alpine` targets, a SEA starts from the Node binary that its image has.',
    bun: '`bun build --compile --target=bun-linux-x64-musl` for Alpine, `bun-linux-x64` for glibc.',
    python: 'Freeze it once more inside an image of that system: PyInstaller takes what it finds there.',
  },
  recognise({ evidence: { artifact, host, plan } }) {
    const { interpreter, format } = artifact
    if (format !== 'elf' || interpreter?.exists !== false) return null
    // Of a program for another machine it says nothing that its loader is not on this one.
    if (plan.target !== undefined || !judgeLaunchable(artifact, host).launchable) return null
    return { evidence: [`it names ${printable(interpreter.path)}, which does not exist here`] }
  },
}

const libraryMissing: KnownFailure = {
  ...LIBRARY_MISSING,
  clauses: ['artifact/libraries-resolve'],
  recognise({ evidence: { artifact, plan } }) {
    if (plan.target !== undefined) return null
    const missing = (artifact.libraries?.needed ?? []).filter(({ path }) => path === null)
    if (missing.length === 0 || artifact.libraries?.searched !== true) return null
    return {
      evidence: missing.map(({ name, by }) => `${printable(name)}, which ${by ?? 'it'} needs, is nowhere`),
    }
  },
}

const newerLibc: KnownFailure = {
  ...NEWER_LIBC,
  clauses: ['artifact/libraries-resolve'],
  recognise(scene) {
    const lacking = lackingIn(scene)
    return lacking.length === 0 ? null : { evidence: lacking }
  },
}

/** What this machine, or the contract's floor, does not have. */
function lackingIn({ evidence: { artifact, contract } }: Scene): readonly string[] {
  const here = (artifact.libraries?.versions ?? []).flatMap(({ by, library, lacking }) =>
    lacking.map(name => `${by ?? 'it'} asks ${printable(library)} for ${printable(name)}`),
  )
  if (here.length > 0) return here
  const above = contract.libcFloor === null ? null : findAboveFloor(artifact, contract.libcFloor)
  return above === null ? [] : [above, `the contract's floor is ${contract.libcFloor}`]
}

const newerMacos: KnownFailure = {
  id: 'needs-newer-macos',
  title: 'It was built for a newer macOS than it has to run on.',
  clauses: ['artifact/libraries-resolve'],
  sources: [
    'https://developer.apple.com/documentation/bundleresources/information-property-list/lsminimumsystemversion',
  ],
  fix: {
    any: 'Set `MACOSX_DEPLOYMENT_TARGET=11.0` (or what you promise) for every compiler of the build, for native addons and libraries too. A runtime that is packed brings its own: take an older one. Or raise `macosFloor` in the contract and `minimumSystemVersion` in the app, and tell users.',
    node: 'The official Node 24 needs macOS 13.5, Node 22 needs 11.0: pack it from that one.',
  },
  recognise({ evidence: { artifact, contract } }) {
    const above = contract.macosFloor == null ? null : findAboveMacosFloor(artifact, contract.macosFloor)
    return above === null
      ? null
      : { evidence: [above, `the contract's floor is macOS ${contract.macosFloor}`] }
  },
}

const notResolved: KnownFailure = {
  id: 'libraries-not-resolved',
  title: 'What it has to be loaded with is not there.',
  clauses: ['artifact/libraries-resolve'],
  sources: [LOADER],
  fix: {
    any: 'See `ldd FILE` on the machine on which it does not start; ship what is missing, or link it statically.',
  },
  recognise: ({ finding }) => ({ evidence: [finding.observed] }),
}

export const libraryFailures: readonly KnownFailure[] = [
  loaderMissing,
  libraryMissing,
  newerLibc,
  newerMacos,
  notResolved,
]
