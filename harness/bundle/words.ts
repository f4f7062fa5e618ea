import type { ArtifactDescription } from '../artifact/description.ts'
import { printable } from '../text/printable.ts'
import { size } from '../text/size.ts'
import type { ChangedBytes, CopyDifference, ElfChanges } from './description.ts'

const MOST_SECTIONS = 4

/** How a copy was changed, in words: what did it where that shows, and where it begins. */
export function sayChange(change: ChangedBytes): string {
  const { elf, grown, at, where, differing, arch } = change
  const stripped = elf !== null && elf.goneSections.length > 0 ? sayStripped(elf, grown) : null
  const path = elf?.searchPath ?? null
  const searched = path === null ? null : saySearchPath(path)
  const told = [stripped, searched].filter(each => each !== null)
  if (told.length > 0) {
    const other = elf?.loadsOther ?? null
    const loaded =
      other === null ? 'what it loads is the same' : `it loads other bytes, too, the first in ${other}`
    return `${told.join('; ')}; ${loaded}`
  }
  const part = arch === null ? '' : `of its part for ${arch} `
  if (differing === 0) {
    const what = grown < 0 ? `its last ${size(-grown)} are gone` : `${size(grown)} were put behind it`
    return `${part}${what}, from offset ${at} on, in ${where}`
  }
  const bytes = differing === 1 ? '1 byte differs' : `${differing.toLocaleString('en-US')} bytes differ`
  const longer = grown === 0 ? '' : `, and it is ${size(Math.abs(grown))} ${grown > 0 ? 'longer' : 'shorter'}`
  return `${part}${bytes}, the first at offset ${at} (0x${at.toString(16)}), in ${where}${longer}`
}

function sayStripped({ goneSections }: ElfChanges, grown: number): string {
  const named = goneSections.slice(0, MOST_SECTIONS).map(name => printable(name))
  const more = goneSections.length > MOST_SECTIONS ? ' and more' : ''
  const less = grown < 0 ? `, ${size(-grown)} less` : ''
  return `it was stripped: ${named.join(', ')}${more} ${goneSections.length === 1 ? 'is' : 'are'} gone${less}`
}

function saySearchPath({ from, to }: NonNullable<ElfChanges['searchPath']>): string {
  const now = to === null ? 'is gone' : `is ${printable(to)} now`
  const before = from === null ? '' : `, and was ${printable(from)}`
  return `it was rewritten as patchelf does it: where its loader looks for libraries ${now}${before}`
}

/** That nothing but the signature is another, and whose it is now. */
export function saySignature(
  difference: Extract<CopyDifference, { kind: 'signature' }>,
  { signature }: ArtifactDescription,
): string {
  const { untested, leftOut } = difference
  const by =
    signature === null || signature.kind === 'none'
      ? 'without a signature'
      : signature.authority !== null
        ? `signed by ${printable(signature.authority)}`
        : signature.kind === 'ad-hoc'
          ? 'signed ad hoc'
          : 'signed'
  const parts = [
    ...(untested.length === 0 ? [] : [`its part for ${untested.join(' and ')} was not tested`]),
    ...(leftOut.length === 0 ? [] : [`the part for ${leftOut.join(' and ')} was left out`]),
  ]
  return ['the program that was tested, '.concat(by), ...parts].join('; ')
}
