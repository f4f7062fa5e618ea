/*
 * `node specs/docs/outputs.ts [GROUP…]`: shows in docs/clauses what failing looks like. For each clause the gate is
 * run on the first faulty sidecar that breaks it, and what its report says is put into the clause's section.
 */

import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { faults } from '../../fixtures/faulty/catalogue.ts'
import { CLAUSE_IDS, type ClauseId } from '../../harness/contract/catalogue.ts'
import { GROUPS, groupOf } from '../../harness/contract/clause-names.ts'
import { explainBriefly } from '../../harness/report/explain.ts'
import { judgeFaulty, startForeignServer } from '../harness/faulty/judging.ts'
import guardRun from '../setup.ts'

const HEADING = '**What failing looks like.**'
const wanted = process.argv.slice(2)

const endRun = await guardRun()
const foreign = await startForeignServer()
try {
  const directory = await mkdtemp(join(tmpdir(), 'outputs-'))
  for (const group of GROUPS.filter(name => wanted.length === 0 || wanted.includes(name))) {
    const page = fileURLToPath(new URL(`../../docs/clauses/${group}.md`, import.meta.url))
    let text = await readFile(page, 'utf8')
    for (const id of CLAUSE_IDS.filter(clause => groupOf(clause) === group)) {
      text = insert(text, id, await reportOn(id, directory))
    }
    await writeFile(page, text)
    console.log(page)
  }
} finally {
  foreign.close()
  await endRun()
}

/** What the report says of a clause that fails. */
async function reportOn(id: ClauseId, directory: string): Promise<string> {
  const fault = faults.find(({ breaks }) => breaks === id)
  if (fault === undefined) throw new Error(`no faulty sidecar breaks ${id}`)
  const { verdict } = await judgeFaulty(fault, directory, foreign)
  const result = verdict.clauses.find(clause => clause.id === id)
  if (result === undefined || result.expected === null) throw new Error(`${fault.name} did not fail ${id}`)
  return withoutPlaces(explainBriefly(result), directory)
}

/** Whose machine this is, and where, says nothing to a reader. */
function withoutPlaces(text: string, directory: string): string {
  return text
    .replaceAll(directory, '/opt/app')
    .replaceAll(process.execPath, '/usr/bin/node')
    .replaceAll(process.cwd(), '~/project')
    .replaceAll(/sidecar-harness-[0-9a-f]{16}/g, 'sidecar-harness-…')
    .replaceAll(tmpdir(), '/tmp')
    .replaceAll(homedir(), '~')
}

/** Puts an output into the section of its clause, in place of the one that is there. */
function insert(page: string, id: ClauseId, output: string): string {
  const section = page.indexOf(`## ${id}\n`)
  const heading = page.indexOf(HEADING, section)
  const next = page.indexOf('\n**', heading + HEADING.length)
  if (section < 0 || heading < 0 || next < 0) throw new Error(`${id} has no place for its output`)
  return `${page.slice(0, heading)}${HEADING}\n\n\`\`\`\n${output}\n\`\`\`\n${page.slice(next)}`
}
