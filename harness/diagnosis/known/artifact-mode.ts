import type { KnownFailure } from '../known-failure.ts'

const OTHERS_MAY_EXECUTE = 0o111
const CHMOD = '`chmod 755` it after it was built, downloaded or unpacked, and before it is bundled.'

const executeBitLost: KnownFailure = {
  id: 'execute-bit-lost',
  title: 'Its file is not executable: the bit was lost on the way, as in an archive that keeps no modes.',
  clauses: ['artifact/executable'],
  sources: [
    'https://github.com/gptme/gptme/pull/2246',
    'https://github.com/esengine/DeepSeek-Reasonix/pull/1104',
  ],
  fix: {
    any: `${CHMOD} Through an artifact store of CI it has to go inside a tar; in git, \`git update-index --chmod=+x\` keeps the bit.`,
    node: `${CHMOD} A build script says \`chmodSync(path, 0o755)\` behind its copyFileSync; a package names the file in \`bin\`.`,
  },
  recognise: ({ evidence: { artifact } }) =>
    (artifact.mode & OTHERS_MAY_EXECUTE) === 0 ? { evidence: [`mode ${octal(artifact.mode)}`] } : null,
}

const privateToOwner: KnownFailure = {
  id: 'private-to-its-owner',
  title: 'Not everybody may read and execute its file: it starts for who built it, and for no other user.',
  clauses: ['artifact/executable'],
  sources: ['https://man7.org/linux/man-pages/man2/umask.2.html'],
  fix: {
    any: `${CHMOD} A umask of 077 on the machine that builds, or a tool that makes private files (mkstemp), is where such a mode comes from.`,
  },
  recognise: ({ evidence: { artifact } }) => ({ evidence: [`mode ${octal(artifact.mode)}`] }),
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

export const artifactModeFailures: readonly KnownFailure[] = [executeBitLost, privateToOwner]
