import { findAboveFloor } from '../../artifact/libc-floor.ts'
import { printable } from '../../text/printable.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'

const loaderMissing: KnownFailure = {
  id: 'loader-missing',
  title: 'The loader that it names is not on this machine: it is made for systems with another C library.',
  clauses: ['artifact/libraries-resolve'],
  sources: [
    'https://github.com/denoland/deno/issues/31143',
    'https://man7.org/linux/man-pages/man8/ld.so.8.html',
  ],
  fix: {
    any: 'Build one for each C library that your users have (glibc; musl on Alpine), or one that is linked statically: `CGO_ENABLED=0 go build`, `cargo build --target x86_64-unknown-linux-musl`.',
    node: 'Pack it from a Node for that C library: pkg has `alpine` targets, a SEA starts from the Node binary that its image has.',
    bun: '`bun build --compile --target=bun-linux-x64-musl` for Alpine, `bun-linux-x64` for glibc.',
    python: 'Freeze it once more inside an image of that system: PyInstaller takes what it finds there.',
  },
  recognise({ evidence: { artifact } }) {
    const { interpreter, format } = artifact
    if (format !== 'elf' || interpreter?.exists !== false) return null
    return { evidence: [`it names ${printable(interpreter.path)}, which does not exist here`] }
  },
}

const libraryMissing: KnownFailure = {
  id: 'library-missing',
  title: 'It needs a shared library that is not installed here.',
  clauses: ['artifact/libraries-resolve'],
  sources: ['https://man7.org/linux/man-pages/man8/ld.so.8.html'],
  fix: {
    any: "Ship the library beside it, link with `-Wl,-rpath,'$ORIGIN'`, and name it in the contract's `files`; or link it statically. One of the system's has to be a dependency of your package.",
    python: 'PyInstaller: `--add-binary libx.so:.` for what it did not find by itself.',
  },
  recognise({ evidence: { artifact } }) {
    const missing = (artifact.libraries?.needed ?? []).filter(({ path }) => path === null)
    if (missing.length === 0 || artifact.libraries?.searched !== true) return null
    return {
      evidence: missing.map(({ name, by }) => `${printable(name)}, which ${by ?? 'it'} needs, is nowhere`),
    }
  },
}

const newerLibc: KnownFailure = {
  id: 'needs-newer-libc',
  title: 'It was linked on a newer system than it has to run on: the C library there lacks what it asks for.',
  clauses: ['artifact/libraries-resolve'],
  sources: [
    'https://github.com/confluentinc/vscode/issues/1698',
    'https://github.com/vectorize-io/hindsight/issues/2321',
  ],
  fix: {
    any: 'Build it on the oldest system that you promise, in a container (`debian:11` has glibc 2.31). Go: `CGO_ENABLED=0`. Rust: `cargo zigbuild --target x86_64-unknown-linux-gnu.2.28`, or musl. Or raise `libcFloor` in the contract, and tell users.',
    node: 'The official Node 24 needs glibc 2.28: pack it from that one, and build native addons on an old image, or take their prebuilds.',
    python:
      'PyInstaller does not bring glibc along: freeze it on an old image, with a Python that was built there.',
  },
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

const notResolved: KnownFailure = {
  id: 'libraries-not-resolved',
  title: 'What it has to be loaded with is not there.',
  clauses: ['artifact/libraries-resolve'],
  sources: ['https://man7.org/linux/man-pages/man8/ld.so.8.html'],
  fix: {
    any: 'See `ldd FILE` on the machine on which it does not start; ship what is missing, or link it statically.',
  },
  recognise: ({ finding }) => ({ evidence: [finding.observed] }),
}

export const libraryFailures: readonly KnownFailure[] = [
  loaderMissing,
  libraryMissing,
  newerLibc,
  notResolved,
]
