import { exitedByItself, sinceLaunch } from '../../recording/query.ts'
import type { LifeRecording } from '../../recording/recording.ts'
import type { KnownFailure, Scene } from '../known-failure.ts'
import { ofSignal } from './ended-signal.ts'
import { JIT_FORBIDDEN } from './shared.ts'

/** Before its first instruction: what macOS kills for its signature has run for no longer than this, and says nothing. */
const AT_ONCE_MS = 1_000

function isKilledAtOnce({ life, evidence: { host } }: Scene & { readonly life: LifeRecording }): boolean {
  const exit = exitedByItself(life)
  const isSilent = life.stdout.bytes === 0 && life.stderr.bytes === 0
  return host.os === 'macos' && isSilent && exit !== null && sinceLaunch(life, exit.atMs) < AT_ONCE_MS
}

/** What macOS does to programs that it does not trust. */
export const macosFailures: readonly KnownFailure[] = [
  ofSignal(
    ['SIGKILL'],
    {
      id: 'killed-by-macos-at-launch',
      title:
        'macOS kills it at its launch, without a word: its code signature is missing or broken, or it is in quarantine.',
      fix: {
        any: '`codesign --verify --strict FILE` tells. Sign it as the last step, behind the packer, strip and install_name_tool: `codesign --remove-signature FILE; codesign --force --sign - FILE`. What was downloaded: `xattr -d com.apple.quarantine FILE`; for users a certificate and notarization.',
        bun: '`codesign --remove-signature FILE; codesign --force --sign - FILE`; Bun 1.3.12 wrote a broken signature, later ones do not.',
        node: 'postject and pkg change the file: `codesign --remove-signature` before, `codesign --force --sign -` after.',
      },
      sources: [
        'https://github.com/oven-sh/bun/issues/29306',
        'https://github.com/golang/go/issues/42684',
        'https://github.com/nicknisi/fleet/issues/85',
      ],
    },
    isKilledAtOnce,
  ),
  ofSignal(['SIGTRAP'], JIT_FORBIDDEN, ({ evidence: { host } }) => host.os === 'macos'),
]
