import { basename } from 'node:path'
import { shellCommand } from '../text/shell.ts'

/** Of what a name ends in, which command unpacks it into a directory. */
const PACKAGES: readonly { readonly end: RegExp; unpack(path: string): readonly string[] | string }[] = [
  { end: /\.appimage$/i, unpack: path => [asCommand(path), '--appimage-extract'] },
  { end: /\.deb$/i, unpack: path => ['dpkg-deb', '-x', path, 'unpacked'] },
  { end: /\.rpm$/i, unpack: path => `${shellCommand(['rpm2cpio', path])} | cpio -idm` },
  { end: /\.dmg$/i, unpack: path => ['hdiutil', 'attach', path] },
  { end: /\.pkg$/i, unpack: path => ['pkgutil', '--expand-full', path, 'unpacked'] },
  { end: /\.msi$/i, unpack: path => ['msiexec', '/a', path, '/qb', 'TARGETDIR=C:\\unpacked'] },
  { end: /[-_. ](setup|installer)([-_. ].*)?\.exe$/i, unpack: path => ['7z', 'x', path, '-ounpacked'] },
  { end: /\.snap$/i, unpack: path => ['unsquashfs', path] },
  { end: /\.(tar\.gz|tgz|tar\.xz|tar)$/i, unpack: path => ['tar', '-xf', path] },
  { end: /\.(zip|nupkg)$/i, unpack: path => ['unzip', path, '-d', 'unpacked'] },
  { end: /\.asar$/i, unpack: path => ['npx', '@electron/asar', 'extract', path, 'unpacked'] },
]

/** A name without a directory is looked for in PATH. */
function asCommand(path: string): string {
  return basename(path) === path ? `./${path}` : path
}

/** The command that unpacks an installer or an archive of an app; null for what is none, by its name. */
export function unpackCommand(path: string): string | null {
  const found = PACKAGES.find(({ end }) => end.test(basename(path)))
  const command = found?.unpack(path) ?? null
  return command === null || typeof command === 'string' ? command : shellCommand(command)
}
