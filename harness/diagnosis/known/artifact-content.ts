import type { ArtifactDefect, ArtifactDescription } from '../../artifact/description.ts'
import type { ArtifactHost } from '../../artifact/launchable.ts'
import { machineOf } from '../../recording/machine.ts'
import { printable } from '../../text/printable.ts'
import type { KnownFailure } from '../known-failure.ts'

type Defect = ArtifactDefect['kind']

const LAUNCHES = 'https://man7.org/linux/man-pages/man2/execve.2.html'

/** Something that is wrong with the file, whatever the machine is. */
function defective(
  known: Pick<KnownFailure, 'id' | 'title' | 'fix' | 'sources'>,
  fits: (defects: readonly Defect[], artifact: ArtifactDescription, host: ArtifactHost) => boolean,
): KnownFailure {
  return {
    ...known,
    clauses: ['artifact/native-format'],
    recognise({ evidence }) {
      const { artifact } = evidence
      const kinds = artifact.defects.map(({ kind }) => kind)
      if (!fits(kinds, artifact, machineOf(evidence))) return null
      return { evidence: [seenIn(artifact)] }
    },
  }
}

function seenIn({ resembles, interpreter, bytes }: ArtifactDescription): string {
  if (interpreter !== null) return `its #! line names "${printable(interpreter.path)}"`
  return resembles === null ? `${bytes} bytes` : `it is ${printable(resembles)}`
}

/** A file in the place of the program that is none. */
export const contentFailures: readonly KnownFailure[] = [
  defective(
    {
      id: 'empty-file',
      title: 'Its file is empty: a build or a copy made it, and never wrote into it.',
      fix: {
        any: 'Let the step that makes it fail when it fails (`set -e`, exit codes), write to another name and rename the whole file at the end. Look for a disk that was full, and for a placeholder that was made to quiet a bundler.',
      },
      sources: ['https://github.com/oven-sh/bun/issues/24645'],
    },
    kinds => kinds.includes('empty'),
  ),
  defective(
    {
      id: 'git-lfs-pointer',
      title: 'Its file is a pointer of Git LFS: the program itself was never fetched.',
      fix: {
        any: 'Run `git lfs pull` before it is bundled; in a GitHub workflow `lfs: true` for the checkout.',
      },
      sources: ['https://github.com/tauri-apps/tauri-action/issues/504'],
    },
    (_kinds, { resembles }) => resembles === 'a Git LFS pointer',
  ),
  defective(
    {
      id: 'saved-error-page',
      title: 'Its file is a page or a message that a download was answered with, not the program.',
      fix: {
        any: 'Download with `curl --fail --location`, which ends with an error at a 404 and follows redirections, and compare a checksum before the file is used.',
      },
      sources: ['https://curl.se/docs/manpage.html#-f'],
    },
    (_kinds, { resembles }) => /^an? (HTML page|XML document|JSON document)/.test(resembles ?? ''),
  ),
  defective(
    {
      id: 'still-packed',
      title: 'Its file is an archive: the program is inside, and was never unpacked.',
      fix: { any: 'Unpack it before it is bundled, and take the program out of it by its name.' },
      sources: [LAUNCHES],
    },
    (_kinds, { resembles }) => /^an? (\S+ archive|Debian package)/.test(resembles ?? ''),
  ),
  defective(
    {
      id: 'shebang-crlf',
      title: 'Its #! line ends as on Windows, so that the interpreter has a carriage return in its name.',
      fix: { any: 'Save it with LF line ends: `*.sh text eol=lf` in .gitattributes, or `dos2unix`.' },
      sources: [LAUNCHES],
    },
    kinds => kinds.includes('shebang-crlf'),
  ),
  defective(
    {
      id: 'interpreter-missing',
      title:
        'Its #! line names an interpreter that is not there, which is reported as if the script were missing.',
      fix: {
        any: 'Name one that every user has (`#!/bin/sh`, `#!/usr/bin/env python3`), or ship a program that needs none.',
        node: 'Users have no Node: pack script and runtime into one file (Node SEA, pkg, `bun build --compile`).',
        python:
          'Users have no Python, or another one: freeze it (PyInstaller). A virtual environment does not move: its scripts name the path of the machine on which it was made.',
      },
      sources: [LAUNCHES],
    },
    kinds => kinds.some(kind => ['interpreter-missing', 'shebang-empty', 'shebang-too-long'].includes(kind)),
  ),
  defective(
    {
      id: 'script-without-shebang',
      title:
        'Its file is a text that no #! line begins: a shell would run it, the kernel and a desktop app do not.',
      fix: {
        any: 'Put `#!/bin/sh` (or another interpreter) into its first line, with nothing before it, not even a byte order mark. Where a program was meant to be here, find out what the build wrote.',
      },
      sources: [LAUNCHES],
    },
    kinds => kinds.includes('text-without-shebang'),
  ),
  defective(
    {
      id: 'cut-off',
      title: 'Its file ends before what its headers describe: a copy or a download was cut off.',
      fix: {
        any: 'Copy it again, and compare sizes or checksums afterwards. Write to another name and rename at the end, so that nobody can take a file that is half there; look for a disk that was full.',
      },
      sources: ['https://man7.org/linux/man-pages/man5/elf.5.html'],
    },
    kinds => kinds.includes('truncated'),
  ),
  defective(
    {
      id: 'unsigned-for-apple-silicon',
      title: 'It is for Apple Silicon and carries no code signature: macOS kills it at once, without a word.',
      fix: {
        any: 'Sign it as the last step of the build, behind everything that changes the file: `codesign --force --sign - FILE`; with a certificate for what is distributed.',
        bun: '`codesign --remove-signature FILE`, then `codesign --force --sign - FILE`: Bun 1.3.12 wrote signatures that cannot be replaced.',
      },
      sources: ['https://github.com/golang/go/issues/42684', 'https://github.com/oven-sh/bun/issues/29306'],
    },
    // On an Intel Mac, and elsewhere, that is not what keeps it from starting.
    (kinds, _artifact, { os, arch }) => kinds.includes('unsigned') && os === 'macos' && arch === 'arm64',
  ),
  defective(
    {
      id: 'changed-after-signing',
      title: 'It was changed after it was signed: macOS kills it when it comes to a page that is another.',
      fix: {
        any: 'Sign it as the last step of the build: `codesign --force --sign - FILE`; with a certificate for what is distributed. `strip`, `install_name_tool`, postject and upx all change what was signed.',
        node: 'postject leaves the old signature: `codesign --remove-signature FILE` before it, `codesign --force --sign - FILE` behind it.',
        bun: '`codesign --remove-signature FILE`, then `codesign --force --sign - FILE`.',
      },
      sources: [
        'https://developer.apple.com/documentation/security/updating-mac-software',
        'https://nodejs.org/api/single-executable-applications.html',
      ],
    },
    (kinds, _artifact, { os, arch }) =>
      kinds.includes('broken-signature') && os === 'macos' && arch === 'arm64',
  ),
  defective(
    {
      id: 'damaged-header',
      title: 'Its header contradicts itself: something that rewrote the file has damaged it.',
      fix: {
        any: 'Build it again, and leave out what changes it afterwards: upx, strip, patchelf, a bundler.',
      },
      sources: ['https://man7.org/linux/man-pages/man5/elf.5.html'],
    },
    kinds => kinds.includes('damaged-header'),
  ),
  defective(
    {
      id: 'no-program',
      title: 'Its file is something else than a program.',
      fix: { any: 'Look at it with `file`, and put the built program in its place.' },
      sources: [LAUNCHES],
    },
    kinds => kinds.includes('not-a-program'),
  ),
]
