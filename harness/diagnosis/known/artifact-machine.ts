import { compareWithName } from '../../artifact/launchable.ts'
import { machineOf } from '../../recording/machine.ts'
import type { Fix, KnownFailure } from '../known-failure.ts'

const GIVE_TARGETS: Fix = {
  any: 'Build once for each target, name it each time, and check the outcome with `file`. In Tauri take it from TAURI_ENV_TARGET_TRIPLE, never from the machine that builds.',
  node: 'Name the target: `pkg --targets node24-macos-x64`; a SEA is made from the Node binary of the target, and not from the one that runs the build.',
  bun: '`bun build --compile --target=bun-darwin-x64`: without it Bun compiles for the machine that it runs on.',
  deno: '`deno compile --target x86_64-apple-darwin`.',
  python: 'PyInstaller freezes for the machine that it runs on: one runner for each target.',
}

const SOURCES = [
  'https://github.com/openchamber/openchamber/pull/637',
  'https://github.com/dohooo/helmor/pull/844',
  'https://v2.tauri.app/develop/sidecar/',
]

const targetOfAnother: KnownFailure = {
  id: 'target-built-for-another',
  title:
    'The file of a target is a program for another one: whoever gets that app has a sidecar that does not start.',
  clauses: ['artifact/native-format'],
  sources: SOURCES,
  fix: GIVE_TARGETS,
  recognise({ finding, evidence: { artifact } }) {
    const disagreement = finding.of === undefined ? null : compareWithName(artifact)
    return disagreement === null ? null : { evidence: [`${artifact.name}: ${disagreement}`] }
  },
}

const anotherSystem: KnownFailure = {
  id: 'built-for-another-system',
  title: 'It is a program for another operating system.',
  clauses: ['artifact/native-format'],
  sources: SOURCES,
  fix: GIVE_TARGETS,
  recognise({ evidence }) {
    const { artifact } = evidence
    const { os, target } = machineOf(evidence)
    if (artifact.os === null || artifact.os === os) return null
    const wanted = target === undefined ? `this machine runs ${os}` : `the target is ${target}`
    return { evidence: [`it is for ${artifact.os}, and ${wanted}`] }
  },
}

const anotherProcessor: KnownFailure = {
  id: 'built-for-another-processor',
  title: 'It is a program for another processor.',
  clauses: ['artifact/native-format'],
  sources: SOURCES,
  fix: GIVE_TARGETS,
  recognise({ evidence }) {
    const { artifact } = evidence
    const { arch, target } = machineOf(evidence)
    if (artifact.os === null || artifact.archs.includes(arch)) return null
    const wanted = target === undefined ? `this machine is ${arch}` : `the target is ${target}`
    return { evidence: [`it is for ${artifact.machine ?? 'an unknown one'}, and ${wanted}`] }
  },
}

const misnamed: KnownFailure = {
  id: 'name-and-content-disagree',
  title: 'It starts here, and its name says that it is for another target: that one ships the wrong program.',
  clauses: ['artifact/native-format'],
  sources: SOURCES,
  fix: GIVE_TARGETS,
  recognise({ evidence: { artifact } }) {
    const disagreement = compareWithName(artifact)
    return disagreement === null ? null : { evidence: [disagreement] }
  },
}

const notForThisMachine: KnownFailure = {
  id: 'not-for-this-machine',
  title: 'This machine does not run such a file.',
  clauses: ['artifact/native-format'],
  sources: SOURCES,
  fix: GIVE_TARGETS,
  recognise: ({ finding }) => ({ evidence: [finding.observed] }),
}

export const machineFailures: readonly KnownFailure[] = [
  targetOfAnother,
  anotherSystem,
  anotherProcessor,
  misnamed,
  notForThisMachine,
]
