import type { LifeRecording } from '../recording/recording.ts'
import { printable } from '../text/printable.ts'
import { exceptionIn } from './exception.ts'

/** EADDRINUSE as libuv, Python, Go, Rust, the JVM and Windows write it. */
export const ADDRESS_IN_USE: RegExp =
  /EADDRINUSE|[Aa]ddress already in use|\bErrno 98\b|os error 98\b|WSAEADDRINUSE|\b10048\b/

/** Too many open files: EMFILE of the process, ENFILE of the system. */
export const TOO_MANY_FILES: RegExp = /\bE[MN]FILE\b|[Tt]oo many open files|os error 24\b|\bErrno 24\b/

/** SQLite's own words for a lock that somebody else holds. */
export const DATABASE_LOCKED: RegExp = /database (table )?is locked|\bSQLITE_(BUSY|LOCKED)\b/

/** A file that is not there any more, or there already, as libuv, Python, Go, Rust and the JVM tell it. */
export const FILE_RACE: RegExp =
  /\bE(NOENT|EXIST|BUSY|NOTEMPTY)\b|[Nn]o such file or directory|[Ff]ile exists\b|os error (2|17|39)\b|NoSuchFileException|FileAlreadyExistsException/

/** What V8, the JVM and Python say when they find no more memory. */
export const OUT_OF_MEMORY: RegExp =
  /JavaScript heap out of memory|java\.lang\.OutOfMemoryError|^MemoryError\b|Cannot allocate memory|\bENOMEM\b/

/** The last line on stderr in which the system's own words stand, later than `fromMs`; null for none. */
export function systemErrorIn(
  { stderr: { lines } }: LifeRecording,
  pattern: RegExp,
  fromMs: number = -Infinity,
): string | null {
  const line = lines.findLast(({ atMs, text }) => atMs >= fromMs && pattern.test(text))
  return line === undefined ? null : printable(line.text)
}

/** The exception that a runtime told of, later than `fromMs`: an earlier one was lived through. */
export function exceptionAfter(life: LifeRecording, fromMs: number): string | null {
  const lines = life.stderr.lines.filter(({ atMs }) => atMs >= fromMs)
  return exceptionIn({ ...life, stderr: { ...life.stderr, lines } })
}

/** A line of its own for the evidence, or none. */
export function quoted(what: string, text: string | null): readonly string[] {
  return text === null ? [] : [`${what}: ${text}`]
}
