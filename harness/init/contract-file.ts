import { posix } from 'node:path'
import { CONTRACT_FILES } from '../contract/find.ts'
import type { App } from './app.ts'
import type { Project } from './project.ts'

/** The contract file of a project: its name, and what stands in it. */
export function renderContract({ manifest, isTypeScript, app }: Project): { name: string; content: string } {
  const name = `sidecar.config.${extensionFor(manifest?.type, manifest === null, isTypeScript)}`
  // Who looks for contract files has to know it.
  if (!CONTRACT_FILES.includes(name)) throw new Error(`${name} is no name of a contract file`)
  return { name, content: manifest === null ? renderJson(app) : renderModule(app) }
}

/**
 * Without a package.json nothing can be imported. In a CommonJS package Node takes `.ts` and `.js` for CommonJS, where
 * an import is a syntax error.
 */
function extensionFor(type: string | undefined, isJson: boolean, isTypeScript: boolean): string {
  if (isJson) return 'json'
  return `${type === 'module' ? '' : 'm'}${isTypeScript ? 'ts' : 'js'}`
}

function renderModule(app: App | null): string {
  const contracts = contractsOf(app)
  const [only] = contracts
  const body =
    contracts.length === 1 && only !== undefined
      ? `defineContract({\n${renderBody(only, app, '  ')}})`
      : `[\n${contracts.map(each => `  defineContract({\n${renderBody(each, app, '    ')}  }),\n`).join('')}]`
  return `import { defineContract } from 'sidecar-harness'

// What the app relies on, where that differs from the defaults: a line BACKEND_PORT:<port> on stdout when it listens,
// PORT in the environment as the port to use, GET /health answered with { status: "ok", app, timestamp, uptime }, logs
// on stderr, exit code 0 on SIGTERM and SIGINT.
export default ${body}
`
}

interface Described {
  /** Needed where there are several. */
  readonly name: string | null
  readonly binary: string | null
}

function contractsOf(app: App | null): readonly Described[] {
  const binaries = app?.binaries ?? []
  if (binaries.length < 2) return [{ name: null, binary: binaries[0] ?? null }]
  return binaries.map(binary => ({ name: posix.basename(binary), binary }))
}

/** Commented out, because nobody but the sidecar's maker knows them: what most contracts change. */
const HINTS = [
  "announce: 'listening on http://127.0.0.1:{port}',",
  "port: { args: ['--port={port}'] },",
  "health: { path: '/healthz', schema: false },",
  'stop: { accept: { SIGTERM: [0, 143] } },',
]

function renderBody({ name, binary }: Described, app: App | null, indent: string): string {
  const lines = [
    ...(name === null ? [] : [`name: ${quote(name)},`]),
    ...(app === null ? [] : [`app: ${quote(app.kind)},`]),
    ...(binary === null
      ? [
          '// The path, without the target triple that the name may end in:',
          "// binary: 'path/to/your-sidecar',",
        ]
      : [`// From ${app?.seenIn}${app?.kind === 'tauri' ? '; the target triple is added' : ''}.`]),
    ...(binary === null ? [] : [`binary: ${quote(binary)},`]),
    ...(app === null || app.origins.length === 0
      ? []
      : [`net: { origins: [${app.origins.map(quote).join(', ')}] },`]),
    '',
    '// Does yours do it differently? Then say so:',
    ...HINTS.map(hint => `// ${hint}`),
  ]
  return lines.map(line => (line === '' ? '\n' : `${indent}${line}\n`)).join('')
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`
}

function renderJson(app: App | null): string {
  const contracts = contractsOf(app).map(({ name, binary }) => ({
    ...(name === null ? {} : { name }),
    ...(app === null ? {} : { app: app.kind }),
    ...(binary === null ? {} : { binary }),
    ...(app === null || app.origins.length === 0 ? {} : { net: { origins: app.origins } }),
  }))
  return `${JSON.stringify(contracts.length === 1 ? contracts[0] : contracts, null, 2)}\n`
}
