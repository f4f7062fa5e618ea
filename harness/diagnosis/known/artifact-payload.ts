import type { ArtifactPayload } from '../../artifact/description.ts'
import { findNameProblem } from '../../artifact/naming.ts'
import type { KnownFailure } from '../known-failure.ts'

/** A packer's runtime in this state. */
function packed(
  known: Pick<KnownFailure, 'id' | 'title' | 'fix' | 'sources'>,
  states: readonly ArtifactPayload['state'][],
): KnownFailure {
  return {
    ...known,
    clauses: ['artifact/payload'],
    recognise: ({ finding, evidence: { artifact } }) =>
      artifact.payload !== null && states.includes(artifact.payload.state)
        ? { evidence: [finding.observed] }
        : null,
  }
}

const POSTJECT =
  'postject as a dependency of the project, and not through `npx`, which refuses to install anything where no terminal is; with `--sentinel-fuse NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2`'

export const payloadFailures: readonly KnownFailure[] = [
  packed(
    {
      id: 'bare-runtime',
      title: 'It is the bare runtime: the packer put no application into it, and reported success.',
      fix: {
        any: 'Make the build fail where the injection fails, and let it start what it has built before it ends.',
        node: `Look at the packer's whole output. A SEA is injected by ${POSTJECT}; pkg tells of a failure only in its log. Ship the file that the packer wrote, and not the Node that it started from.`,
        bun: 'Ship what `bun build --compile --outfile` wrote, and not the `bun` that ran it.',
        deno: 'Ship what `deno compile --output` wrote, and not the `denort` that it starts from.',
        python:
          "PyInstaller: ship `dist/NAME`; with `append_pkg=False` in the spec its .pkg belongs beside it, and into the contract's `files`.",
      },
      sources: [
        'https://github.com/nodejs/postject/issues/92',
        'https://nodejs.org/api/single-executable-applications.html',
      ],
    },
    ['bare'],
  ),
  packed(
    {
      id: 'payload-unlinked',
      title: 'An application is in it, and the runtime does not know of it: it starts as the bare runtime.',
      fix: {
        any: 'Pack it again, and change nothing in the file afterwards: no strip, upx or patchelf.',
        node: `Inject it by ${POSTJECT}, which sets the mark that Node looks for.`,
        bun: '`strip` takes the section away by which Bun finds it: leave it out.',
      },
      sources: [
        'https://nodejs.org/api/single-executable-applications.html',
        'https://github.com/nodejs/postject/issues/92',
      ],
    },
    ['unlinked'],
  ),
  packed(
    {
      id: 'payload-lost',
      title:
        'It is told to start an application that is not in it any more: a tool has rewritten the packed file.',
      fix: {
        any: 'Change nothing in a packed file: no strip, upx or patchelf. linuxdeploy rewrites what an AppImage holds: ship it as a resource and not as an `externalBin`, and compare checksums of what was tested and what is in the bundle.',
      },
      sources: [
        'https://github.com/tauri-apps/tauri/issues/5189',
        'https://github.com/Hello-QM/catgo-LRG/pull/200',
        'https://github.com/tauri-apps/tauri/issues/11898',
      ],
    },
    ['lost', 'carried'],
  ),
]

export const tooLarge: KnownFailure = {
  id: 'too-large',
  title: 'It is larger than its budget, and every user downloads that at every release.',
  clauses: ['artifact/size'],
  sources: [
    'https://github.com/dkylewillis/vera/pull/50',
    'https://github.com/debpalash/VoiceStudio/pull/13',
  ],
  fix: {
    any: 'Leave out what it does not use, strip debugging symbols where nothing is packed in (`strip = true` in Cargo, `-ldflags "-s -w"` in Go), and download models and data at the first use. Where it has to be that large, raise `budgets.sizeBytes`.',
    node: 'The runtime alone has some 120 MiB. Bundle with esbuild or rolldown, so that node_modules stays out, and see in its metafile what is in it.',
    bun: 'The runtime alone has some 100 MiB: `--minify` and fewer dependencies are all that can be saved.',
    python:
      'Freeze from a virtual environment that holds what is needed and no more; `--exclude-module torch` for what is imported and never used.',
  },
  recognise: ({ finding }) => ({ evidence: [finding.observed] }),
}

export const targetMissing: KnownFailure = {
  id: 'target-missing',
  title: 'The file of a target is not there, so that the app cannot be bundled for it.',
  clauses: ['artifact/triple-name'],
  sources: ['https://v2.tauri.app/develop/sidecar/', 'https://github.com/tauri-apps/tauri/issues/9422'],
  fix: {
    any: 'Build it for that target, or fetch it from the machine that does, under the very name that is expected. A universal program for macOS comes of `lipo -create -output NAME-universal-apple-darwin NAME-aarch64-apple-darwin NAME-x86_64-apple-darwin`.',
  },
  recognise({ evidence: { artifact, targets = [] } }) {
    if (findNameProblem(artifact) !== null) return null
    const missing = targets.filter(({ artifact }) => artifact === null).map(({ name }) => name)
    return missing.length === 0 ? null : { evidence: [`missing: ${missing.join(', ')}`] }
  },
}

export const misnamed: KnownFailure = {
  id: 'name-without-triple',
  title: "Its name is not the one that Tauri's externalBin looks for.",
  clauses: ['artifact/triple-name'],
  sources: ['https://v2.tauri.app/develop/sidecar/', 'https://github.com/tauri-apps/tauri/issues/5140'],
  fix: {
    any: 'Copy it to `src-tauri/binaries/<name>-$(rustc --print host-tuple)`, with `.exe` at the very end on Windows and nowhere else; `externalBin` names it without both.',
  },
  recognise: ({ finding }) => ({ cause: finding.observed, evidence: [`expected is ${finding.expected}`] }),
}
