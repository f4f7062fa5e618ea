import { type ParseArgsConfig, parseArgs } from 'node:util'
import { suggest } from '../text/nearest.ts'
import { PlainError } from '../text/plain-error.ts'

/** The command line says something that no command understands. */
export class UsageError extends PlainError {
  override readonly name = 'UsageError'
  override readonly blame = 'caller'
}

type Options = NonNullable<ParseArgsConfig['options']>

type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>
>

/** Parses a command's arguments. Throws UsageError, with the nearest option, for what it does not know. */
export function parseOptions<const T extends Options>(args: string[], options: T): Parsed<T> {
  const known = Object.keys(options).map(name => `--${name}`)
  const end = args.indexOf('--')
  const unknown = args
    .slice(0, end === -1 ? undefined : end)
    .find(arg => arg.startsWith('--') && !known.includes(arg.split('=')[0] ?? arg))
  if (unknown !== undefined) {
    const name = unknown.split('=')[0] ?? unknown
    throw new UsageError(`There is no option ${name}. ${suggest(name, known)}`)
  }
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
