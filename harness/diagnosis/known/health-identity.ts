import type { GoodAnswer } from '../../clauses/answers.ts'
import { printable } from '../../text/printable.ts'
import type { Fix, KnownFailure, Scene } from '../known-failure.ts'
import { answerSeen } from '../seen.ts'

const IDENTITY = ['health/identity'] as const

const BUILT_IN: Fix = {
  any: 'Let the build write the version into the program: Go -ldflags "-X main.version=1.4.2", Rust env!("CARGO_PKG_VERSION").',
  node: "import manifest from './package.json' with { type: 'json' }, which a bundler resolves, or a `define` of it. process.env.npm_package_version is set by npm alone, and package.json is not beside a packed binary.",
  bun: "import manifest from './package.json' with { type: 'json' }, which `bun build --compile` resolves.",
  python:
    'Write a _version.py when it is built: importlib.metadata finds nothing in a frozen program, unless it was collected (copy_metadata of PyInstaller).',
  jvm: 'Write Implementation-Version into the manifest of the jar, and read it by getPackage().getImplementationVersion().',
}

const NO_VERSION = /^(0\.0\.0\b.*|dev|development|unknown|undefined|null|none|local|snapshot|\(devel\)|)$/i

const versionNotBuiltIn: KnownFailure = {
  id: 'version-not-built-in',
  title: 'It does not know its own version: what it was to be read from is not there once it is packed.',
  clauses: IDENTITY,
  sources: ['https://github.com/hughsk/envify/issues/49'],
  fix: BUILT_IN,
  recognise(scene) {
    const answer = answerSeen(scene)
    const { version } = scene.evidence.contract.health
    if (answer === null || version === null || !isRightApp(answer, scene)) return null
    const said = answer.body.version
    if (said !== undefined && said !== null && !NO_VERSION.test(String(said))) return null
    return { evidence: [`version: ${told(said)}; the contract names "${printable(version)}"`] }
  },
}

const staleBuild: KnownFailure = {
  id: 'version-differs',
  title:
    'It is another build than the contract names: an old file was shipped, or the contract was not brought up to date.',
  clauses: IDENTITY,
  sources: [
    'https://github.com/bloknayrb/tandem/issues/987',
    'https://github.com/stephrobert/feint/pull/311',
  ],
  fix: {
    any: 'Build again, and look at what the build put where: an installer that finds the file in use leaves the old one. Let the version of the contract come from where that of the build comes from.',
  },
  recognise(scene) {
    const answer = answerSeen(scene)
    const { version } = scene.evidence.contract.health
    if (answer === null || version === null || !isRightApp(answer, scene)) return null
    const { sha256 } = scene.evidence.artifact
    return {
      evidence: [
        `version: ${told(answer.body.version)}; the contract names "${printable(version)}"`,
        `SHA-256 of the file: ${sha256}`,
      ],
    }
  },
}

const appNotTold: KnownFailure = {
  id: 'app-not-told',
  title:
    'Its answer does not say which app it is, and so it cannot be told from another program on the port.',
  clauses: IDENTITY,
  sources: ['https://github.com/bloknayrb/tandem/issues/1812'],
  fix: { any: 'Put `app`, the name that the contract has, into the body.' },
  recognise(scene) {
    const answer = answerSeen(scene)
    if (answer === null || answer.body.app != null) return null
    return { evidence: [`app: ${told(answer.body.app)}`] }
  },
}

const otherApp: KnownFailure = {
  id: 'other-app-answers',
  title:
    'It says that it is another app: another program was packed or shipped under this name, or one of the two names is wrong.',
  clauses: IDENTITY,
  sources: [
    'https://github.com/bloknayrb/tandem/issues/1812',
    'https://github.com/stephrobert/feint/pull/311',
  ],
  fix: {
    any: 'Look which program was built into this file, and whether a template still has its first name. If the answer is right, correct `health.app` in the contract.',
  },
  recognise(scene) {
    const { app } = scene.evidence.contract.health
    const said = answerSeen(scene)?.body.app
    return { evidence: [`app: ${told(said)}; the contract names ${told(app)}`] }
  },
}

function isRightApp({ body }: GoodAnswer, { evidence }: Scene): boolean {
  const { app } = evidence.contract.health
  return app === null || body.app === app
}

function told(value: unknown): string {
  return value === undefined ? 'not there' : printable(JSON.stringify(value))
}

/** From the particular to the general. */
export const healthIdentityFailures: readonly KnownFailure[] = [
  versionNotBuiltIn,
  staleBuild,
  appNotTold,
  otherApp,
]
