/* `node specs/docs/diagnoses.ts`: brings docs/diagnoses.md up to date with the catalogue of known failures. */

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { faults } from '../../fixtures/faulty/catalogue.ts'
import { replaceBetween } from '../../fixtures/faulty/markdown.ts'
import { CLAUSE_IDS, type ClauseId } from '../../harness/contract/catalogue.ts'
import { KNOWN_FAILURES } from '../../harness/diagnosis/known/index.ts'
import type { Fix, KnownFailure } from '../../harness/diagnosis/known-failure.ts'

export const PAGE: URL = new URL('../../docs/diagnoses.md', import.meta.url)
const SPECS = new URL('../harness/diagnosis/', import.meta.url)

const RUNTIMES: readonly (readonly [Exclude<keyof Fix, 'any'>, string])[] = [
  ['node', 'Node'],
  ['bun', 'Bun'],
  ['deno', 'Deno'],
  ['python', 'Python'],
  ['jvm', 'JVM'],
]

/** One diagnosis, however many entries of the catalogue recognise it. */
interface Known {
  readonly id: string
  readonly title: string
  /** More than one where it is mended in another way on another system, or where it was seen otherwise. */
  readonly fixes: readonly Fix[]
  readonly clauses: readonly ClauseId[]
  readonly sources: readonly string[]
}

/** Every diagnosis once, in the order in which they are tried. */
export function knownOnce(failures: readonly KnownFailure[] = KNOWN_FAILURES): readonly Known[] {
  return [...Map.groupBy(failures, ({ id }) => id).values()].flatMap(entries => {
    const [first] = entries
    if (first === undefined) return []
    const clauses = new Set(entries.flatMap(entry => entry.clauses))
    return [
      {
        id: first.id,
        title: first.title,
        fixes: [...new Map(entries.map(({ fix }) => [JSON.stringify(fix), fix])).values()],
        clauses: CLAUSE_IDS.filter(id => clauses.has(id)),
        sources: [...new Set(entries.flatMap(entry => entry.sources))],
      },
    ]
  })
}

/** What proves each: faulty sidecars on which the gate has to come to it, and specs with recordings made for it. */
export interface Proof {
  readonly faults: readonly string[]
  readonly specs: readonly string[]
}

export async function proofs(): Promise<ReadonlyMap<string, Proof>> {
  const names = (await readdir(SPECS)).filter(name => /\.(?:spec|slow)\.ts$/.test(name)).sort()
  const texts = await Promise.all(
    names.map(async name => [name, await readFile(new URL(name, SPECS), 'utf8')]),
  )
  return new Map(
    knownOnce().map(({ id }) => [
      id,
      {
        faults: faults.filter(({ diagnosis }) => diagnosis === id).map(({ name }) => name),
        specs: texts.filter(([, text = '']) => text.includes(`'${id}'`)).map(([name = '']) => name),
      },
    ]),
  )
}

/** The page with its two generated parts as the catalogue has them. */
export async function renderPage(page: string): Promise<string> {
  const proven = await proofs()
  const all = knownOnce()
  const sections = all.map(known => renderSection(known, proven.get(known.id)))
  return replaceBetween(
    replaceBetween(page, 'clauses', renderClauses(all)),
    'diagnoses',
    `\n${sections.join('\n\n')}\n`,
  )
}

/** For each clause what is looked for, in this order. */
function renderClauses(all: readonly Known[]): string {
  const lines = CLAUSE_IDS.map(clause => {
    const links = all.filter(({ clauses }) => clauses.includes(clause)).map(({ id }) => `[${id}](#${id})`)
    return `- ${linkToClause(clause)}: ${links.join(', ')}`
  })
  return `\n${lines.join('\n')}\n`
}

function renderSection({ id, title, fixes, clauses, sources }: Known, proof: Proof | undefined): string {
  const shown = [
    ...(proof?.faults ?? []).map(name => `\`${name}\``),
    ...(proof?.specs ?? []).map(name => `[${name}](../specs/harness/diagnosis/${name})`),
  ]
  return [
    `### ${id}`,
    '',
    escapeMarks(title),
    '',
    `- Looked for where this fails: ${clauses.map(linkToClause).join(', ')}`,
    ...fixes.flatMap(renderFix),
    ...(sources.length === 0 ? [] : [`- Sources: ${sources.map(linkTo).join(', ')}`]),
    shown.length === 0 ? '- Not proven by a fixture yet.' : `- Proven by: ${shown.join(', ')}`,
  ].join('\n')
}

/** Runtimes that need the same words are told together. */
function renderFix(fix: Fix): readonly string[] {
  const told = RUNTIMES.flatMap(([runtime, name]) => {
    const text = fix[runtime]
    return text === undefined ? [] : [{ name, text }]
  })
  const byText = Map.groupBy(told, ({ text }) => text)
  const ofRuntimes = [...byText].map(
    ([text, same]) => `- ${same.map(({ name }) => name).join(', ')}: ${escapeMarks(text)}`,
  )
  return [`- **To mend it.** ${escapeMarks(fix.any)}`, ...ofRuntimes]
}

function linkToClause(id: ClauseId): string {
  const [group = ''] = id.split('/')
  return `[${id}](clauses/${group}.md#${id.replace('/', '')})`
}

/** A thread by repository and number, a page by its host. */
function linkTo(url: string): string {
  const thread = /^https:\/\/github\.com\/[\w.-]+\/([\w.-]+)\/(?:issues|pull|discussions)\/(\d+)$/.exec(url)
  const name = thread === null ? new URL(url).host.replace(/^www\./, '') : `${thread[1]}#${thread[2]}`
  return `[${name}](${url})`
}

/** What Markdown would take for a mark of its own, outside of code. */
function escapeMarks(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[\\*_<>[\]|]/g, mark => `\\${mark}`)))
    .join('')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(PAGE, await renderPage(await readFile(PAGE, 'utf8')))
}
