import { resolve } from 'node:path'
import type { ArtifactDescription } from '../artifact/description.ts'
import type { Contract } from '../contract/contract.ts'
import type { Inspection, RefusedPath } from '../report/inspection-document.ts'
import { chooseContracts, refuseNames, theOnly } from './contracts.ts'
import { EXIT } from './exit.ts'
import { parseOptions, UsageError } from './usage.ts'
import { name, version } from './version.ts'

const HELP = `Reads executables, and launches none: what each is, for which machine, what it needs, what a packer put
into it, how it is signed, and what keeps it from starting here.

Usage: sidecar-harness inspect FILE… [options]

  FILE…            ELF, Mach-O and PE programs and scripts, of any machine; and what is none of them
  --json           a document on stdout, by schema/inspection.schema.json
  --verify         read the files as a whole, too: their SHA-256, and of a signature for macOS whether
                   the pages are those that were signed
  --config FILE    the contract that they are held to, with its floors and its budget of size; otherwise
                   the default one, and no file is looked for
  --sidecar NAME   this contract of a file that holds several

Each file is held to the clauses of the group artifact, as check holds it to them before it launches it.

Examples:
  sidecar-harness inspect src-tauri/binaries/*
  sidecar-harness inspect dist/backend-aarch64-apple-darwin --verify
  sidecar-harness inspect dist/* --json | jq '.files[] | {name, triple, leastGlibc}'

Exit codes: 0 all were read, sound or not · 2 wrong usage or contract, or a path that leads to no file
(the others are told) · 3 a fault of the harness or of the machine
`

/** Tells what files are, without running them. Comes back with the exit code. */
export async function inspect(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    json: { type: 'boolean', default: false },
    verify: { type: 'boolean', default: false },
    config: { type: 'string' },
    sidecar: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', short: 'h' },
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return EXIT.passed
  }
  if (positionals.length === 0) throw new UsageError('inspect needs a file to read')
  const contract = await readContract(values.config, values.sidecar)
  const inspection = await inspectAll(positionals, contract, values.verify)
  if (values.json) {
    const { renderInspectionJson } = await import('../report/inspection-document.ts')
    process.stdout.write(renderInspectionJson(inspection, { name, version }))
  } else if (inspection.files.length > 0) {
    const { renderInspection } = await import('../report/inspection.ts')
    process.stdout.write(renderInspection(inspection, process.stdout))
  }
  for (const { message } of inspection.refused) process.stderr.write(`${message}\n`)
  return inspection.refused.length === 0 ? EXIT.passed : EXIT.usage
}

/** The default one needs no validators, which take longer to load than files take to read. */
async function readContract(config: string | undefined, sidecars: readonly string[]): Promise<Contract> {
  if (config !== undefined) {
    return theOnly(await chooseContracts({ config, sidecars }), 'Files are held to one contract').contract
  }
  refuseNames(sidecars)
  const { complete } = await import('../contract/complete.ts')
  return complete({}, { file: null, directory: process.cwd() })
}

async function inspectAll(
  paths: readonly string[],
  contract: Contract,
  verify: boolean,
): Promise<Inspection> {
  const { describeArtifact, ArtifactPathError } = await import('../artifact/describe.ts')
  const { judgeFile } = await import('../gate/judge-file.ts')
  const { describeHost } = await import('../gate/describe-host.ts')
  const { selectHost } = await import('../host/index.ts')
  const { availableParallelism } = await import('node:os')
  const host = describeHost(selectHost(), availableParallelism())
  const artifacts: ArtifactDescription[] = []
  const refused: RefusedPath[] = []
  for (const path of paths) {
    try {
      // Without a hash: that would read all of it.
      artifacts.push(await describeArtifact(resolve(path), verify ? { verify } : { sha256: '' }))
    } catch (error) {
      if (!(error instanceof ArtifactPathError)) throw error
      refused.push({ path: error.path, reason: error.reason, message: error.message })
    }
  }
  return {
    host,
    contract: contract.file,
    files: artifacts.map(artifact => ({ artifact, clauses: judgeFile(artifact, contract, host) })),
    refused,
  }
}
