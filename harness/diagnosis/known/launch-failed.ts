import { firstEvent } from '../../recording/query.ts'
import { printable } from '../../text/printable.ts'
import type { KnownFailure } from '../known-failure.ts'
import { START } from './start-clauses.ts'

/** A launch that the system refuses, with these codes of its own. */
function refused(known: Pick<KnownFailure, 'id' | 'title' | 'fix' | 'sources'>, code: RegExp): KnownFailure {
  return {
    ...known,
    clauses: START,
    recognise({ life }) {
      const failure = life === null ? null : firstEvent(life, 'launch-failed')
      if (failure === null || !code.test(failure.code)) return null
      return { evidence: [`${failure.code}: ${printable(failure.message)}`] }
    },
  }
}

const EXECVE = 'https://man7.org/linux/man-pages/man2/execve.2.html'

export const launchFailures: readonly KnownFailure[] = [
  refused(
    {
      id: 'launch-finds-no-file',
      title:
        'The system finds no file to launch, though it is there: what runs it, or its working directory, is not.',
      fix: {
        any: "Look at what its #! line or `readelf -l` names as its interpreter: that is missing. Or at the contract's `cwd`: a working directory that does not exist is reported in the same way.",
      },
      sources: [EXECVE, 'https://github.com/denoland/deno/issues/31143'],
    },
    /^ENOENT$|^ENOTDIR$/,
  ),
  refused(
    {
      id: 'launch-forbidden',
      title: 'The system does not allow it to be launched, though its mode does.',
      fix: {
        any: 'Look at where it lies: a file system that is mounted `noexec` (`findmnt -T FILE`), a directory on the way that its user may not enter, a policy (SELinux, AppArmor, macOS quarantine: `xattr -d com.apple.quarantine FILE`).',
      },
      sources: [EXECVE],
    },
    /^(EACCES|EPERM)$/,
  ),
  refused(
    {
      id: 'launch-busy',
      title: 'Its file is still open for writing: a build, a copy or a scanner is not done with it.',
      fix: {
        any: 'Wait for whoever writes it; write to another name, close it, and rename it when it is whole.',
      },
      sources: ['https://github.com/rust-lang/rust/issues/114554'],
    },
    /^ETXTBSY$|^EBUSY$/,
  ),
  refused(
    {
      id: 'launch-foreign-format',
      title: 'The kernel does not take it for a program of this machine.',
      fix: {
        any: 'Compare `file FILE` with `uname -m`. On macOS 86 is a program for the other processor (`lipo -info FILE`, and Rosetta for Intel ones), 88 a damaged one. A script needs a #! line.',
      },
      sources: [EXECVE],
    },
    // libuv has no names for what macOS calls EBADEXEC, EBADARCH, ESHLIBVERS and EBADMACHO.
    /^ENOEXEC$|^EBAD(EXEC|ARCH|MACHO)$|^Unknown system error -(8|8[5-8])$/,
  ),
  refused(
    {
      id: 'launch-blocked-on-windows',
      title:
        'Windows refuses to launch it: a virus scanner or a policy (AppLocker) is in between, or it is no program.',
      fix: {
        any: 'Sign it, let the scanner know it (Protection history names the file), and look at its format: Node says UNKNOWN for all of these. Programs that unpack themselves, and UPX, are what scanners like least.',
      },
      sources: ['https://github.com/confluentinc/vscode/issues/1451'],
    },
    /^UNKNOWN$/,
  ),
  refused(
    {
      id: 'launch-out-of-resources',
      title: 'This machine has no process, descriptor or memory left to launch it with.',
      fix: {
        any: 'End what runs beside it, or raise the limits (`ulimit -u`, `ulimit -n`); it is not the sidecar.',
      },
      sources: ['https://man7.org/linux/man-pages/man2/fork.2.html'],
    },
    /^(EAGAIN|EMFILE|ENFILE|ENOMEM)$/,
  ),
  refused(
    {
      id: 'launch-failed',
      title: 'It could not be launched.',
      fix: {
        any: 'Launch it from a terminal, from the same directory and with the same arguments, and read what that says.',
      },
      sources: [EXECVE],
    },
    /./,
  ),
]
