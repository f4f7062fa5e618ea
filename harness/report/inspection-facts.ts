import type { ArtifactDescription, ArtifactSignature } from '../artifact/description.ts'
import { FORMAT_NAMES, nameArchs, nameSystem } from '../artifact/launchable.ts'
import { findOwnLibraries } from '../artifact/own-libraries.ts'
import { printable } from '../text/printable.ts'
import { size } from '../text/size.ts'
import { describePayload } from './file-facts.ts'
import { leastGlibcOf } from './inspection-document.ts'
import { wrap } from './words.ts'

/** What stands before a fact, and the fact: on several lines where they are names. */
export type Fact = readonly [label: string, fact: string | readonly string[]]

/** Where facts begin. */
export const FACT_INDENT = 14

const LIBCS = { gnu: 'glibc', musl: 'musl', bionic: "Android's C library", none: 'no C library' } as const
/** As many names as one looks through. */
const MOST_NAMED = 12
const NAME_CHARACTERS = 100

/** What a file is, for which machine, what it needs and what is in it: in the order in which people ask. */
export function tellFacts(artifact: ArtifactDescription): readonly Fact[] {
  const { triple, nameTriple, payload, language, stripped, compressor, subsystem, sha256 } = artifact
  const other = nameTriple === null || nameTriple === triple ? '' : `; its name says ${nameTriple}`
  const facts: (Fact | null)[] = [
    ['is', tellFormat(artifact)],
    triple === null ? null : ['triple', `${triple}${other}`],
    tellSystem(artifact),
    tellInterpreter(artifact),
    ...tellLibraries(artifact),
    payload === null ? null : ['carries', describePayload(payload)],
    language === null ? null : ['written in', tellLanguage(language)],
    compressor === null ? null : ['packed', 'by UPX, which unpacks it in memory at every start'],
    subsystem === null
      ? null
      : ['window', subsystem === 'gui' ? 'none' : 'a console, unless its parent prevents it'],
    stripped === null ? null : ['symbols', stripped ? 'stripped' : 'not stripped'],
    tellSignature(artifact.signature),
    sha256 === '' ? null : ['sha256', sha256],
  ]
  return facts.filter(fact => fact !== null)
}

function tellFormat(artifact: ArtifactDescription): string {
  const { format, resembles, os, bytes, mode } = artifact
  const permissions = `${size(bytes)}, mode ${mode.toString(8).padStart(4, '0')}`
  if (resembles !== null) return `${printable(resembles, 120)}; ${permissions}`
  if (format === 'script') return `a script, ${permissions}`
  return `${FORMAT_NAMES[format]} for ${nameSystem(os)} on ${nameArchs(artifact)}, ${permissions}`
}

/** On how old a system it runs, and with which C library. */
function tellSystem(artifact: ArtifactDescription): Fact | null {
  const { os, libc, linkage, leastMacos } = artifact
  if (os === 'macos') return leastMacos === null ? null : ['runs on', `macOS ${leastMacos} and newer`]
  if (linkage === null) return null
  const how = linkage === 'static' ? 'statically' : 'dynamically'
  const least = leastGlibcOf(artifact)
  const which = libc === null ? '' : `, with ${LIBCS[libc]}${least === null ? '' : ` ${least} or newer`}`
  return ['linked', `${how}${which}`]
}

function tellInterpreter({ interpreter, format, os }: ArtifactDescription): Fact | null {
  if (interpreter === null) return null
  const { path, argument, exists } = interpreter
  const line = printable(argument === null ? path : `${path} ${argument}`, NAME_CHARACTERS)
  return [
    format === 'script' ? 'run by' : 'loader',
    exists || os !== 'linux' ? line : `${line}, which is not here`,
  ]
}

function tellLibraries(artifact: ArtifactDescription): readonly Fact[] {
  const { libraries, os } = artifact
  if (libraries === null) return []
  const direct = libraries.needed.filter(({ by }) => by === null)
  if (direct.length === 0) return []
  const number = direct.length === 1 ? '1 library' : `${direct.length} libraries`
  const needs: Fact = [
    'needs',
    nameAll(
      `${number}: `,
      direct.map(({ name }) => nameLibrary(name)),
    ),
  ]
  if (libraries.searched) {
    const missing = libraries.needed.filter(({ path }) => path === null).map(({ name }) => name)
    if (missing.length > 0) return [needs, ['', nameAll('missing here: ', missing)]]
    const far = libraries.needed.length - direct.length
    return [needs, ['', `all found here${far === 0 ? '' : `, and ${far} more that those need`}`]]
  }
  const own = os === 'macos' || os === 'windows' ? findOwnLibraries(artifact) : []
  return own.length === 0 ? [needs] : [needs, ['', nameAll(`not part of ${nameSystem(os)}: `, own)]]
}

/** The system's own are known by their last name. */
function nameLibrary(name: string): string {
  return /^\/(usr\/lib|System)\//.test(name) ? name.slice(name.lastIndexOf('/') + 1) : name
}

function nameAll(head: string, names: readonly string[]): readonly string[] {
  const shown = names.slice(0, MOST_NAMED).map(name => printable(name, NAME_CHARACTERS))
  const more = names.length > shown.length ? [`${names.length - shown.length} more`] : []
  const [first = '', ...others] = [...shown, ...more]
  return wrap([`${head}${first}`, ...others], FACT_INDENT)
}

function tellLanguage({ name, version }: NonNullable<ArtifactDescription['language']>): string {
  const language = name === 'go' ? 'Go' : 'Rust'
  return version === null ? language : `${language} ${printable(version, 40)}`
}

const SIGNATURES: Readonly<Record<ArtifactSignature['kind'], string>> = {
  none: 'none',
  'ad-hoc': 'ad hoc: by nobody',
  'developer-id': '',
  certificate: 'by a certificate that is no Developer ID',
  authenticode: 'Authenticode; whether Windows trusts it is not looked at',
  damaged: 'there is something that cannot be read as one',
}

function tellSignature(signature: ArtifactSignature | null): Fact | null {
  if (signature === null) return null
  const { kind, authority, hardenedRuntime, entitlements, pages } = signature
  const parts = [
    kind === 'developer-id' ? printable(authority ?? '', NAME_CHARACTERS) : SIGNATURES[kind],
    ...(hardenedRuntime === null ? [] : [hardenedRuntime ? 'hardened runtime' : 'no hardened runtime']),
    ...(pages === null ? [] : [tellPages(pages)]),
  ]
  const may = entitlements.length === 0 ? [] : nameAll('may ', entitlements.map(shorten))
  return ['signature', [parts.join('; '), ...may]]
}

/** What all of them begin with says nothing. */
function shorten(key: string): string {
  return key.replace(/^com\.apple\.security\.(cs\.)?/, '')
}

function tellPages({ checked, wrong }: NonNullable<ArtifactSignature['pages']>): string {
  return wrong === 0
    ? `all ${checked} pages are those that were signed`
    : `${wrong} of ${checked} pages were changed`
}
