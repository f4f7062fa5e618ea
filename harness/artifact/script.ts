import { isAbsolute } from 'node:path'
import { printable } from '../text/printable.ts'
import type { FileBytes } from './bytes.ts'
import {
  type ArtifactContent,
  type ArtifactDefect,
  type ArtifactInterpreter,
  NO_CONTENT,
} from './description.ts'
import { lookUpInterpreter } from './interpreter.ts'

/** Linux reads this much of a file to find out how to run it (BINPRM_BUF_SIZE); macOS reads 512. */
const LINE_BYTES = 256

/** What the kernel takes for the line: up to the newline, or to where it stops reading. */
interface ShebangLine {
  interpreter: string
  argument: string | null
  /** Whether the interpreter's own name did not fit. */
  cut: boolean
}

/** Describes a file that begins with `#!`. */
export async function readScript(bytes: FileBytes): Promise<ArtifactContent> {
  const line = parseShebang(await bytes.head(LINE_BYTES), bytes.size)
  if (line.interpreter === '') return describeScript(null, SHEBANG_EMPTY)
  const interpreter = await lookUpInterpreter(line.interpreter, line.argument)
  return describeScript(interpreter, line.cut ? SHEBANG_TOO_LONG : findLineDefect(interpreter))
}

const SHEBANG_EMPTY: ArtifactDefect = {
  kind: 'shebang-empty',
  sentence: 'Its first line is "#!" without the path of an interpreter, so the kernel does not run it.',
}

const SHEBANG_TOO_LONG: ArtifactDefect = {
  kind: 'shebang-too-long',
  sentence: `The interpreter's path on its #! line does not fit into the ${LINE_BYTES} bytes that Linux reads, so the kernel does not run it.`,
}

/** Splits as Linux does (fs/binfmt_script.c): blanks around, then one word, then all the rest as one argument. */
function parseShebang(head: Buffer, fileBytes: number): ShebangLine {
  const newline = head.indexOf('\n')
  const line = head
    .toString('utf8', 2, newline === -1 ? head.length : newline)
    .replace(/^[ \t]+|[ \t]+$/g, '')
  const blank = line.search(/[ \t]/)
  const interpreter = blank === -1 ? line : line.slice(0, blank)
  const argument = blank === -1 ? null : line.slice(blank).replace(/^[ \t]+/, '')
  return { interpreter, argument, cut: newline === -1 && blank === -1 && fileBytes > head.length }
}

function findLineDefect({ path, argument, exists }: ArtifactInterpreter): ArtifactDefect | null {
  if (path.endsWith('\r')) {
    const sentence = `Its first line ends in CRLF: the kernel looks for "${printable(path)}", finds no such file and reports ENOENT as if the script were missing. Save it with LF line ends.`
    return { kind: 'shebang-crlf', sentence }
  }
  if (argument?.endsWith('\r')) {
    const sentence = `Its first line ends in CRLF: ${printable(path)} is given "${printable(argument)}" as its argument. Save it with LF line ends.`
    return { kind: 'shebang-crlf', sentence }
  }
  if (exists) return null
  const consequence = isAbsolute(path)
    ? 'which does not exist here; the kernel reports ENOENT as if the script were missing'
    : 'which is no absolute path, so the kernel looks for it in the working directory'
  const sentence = `Its #! line names the interpreter "${printable(path)}", ${consequence}.`
  return { kind: 'interpreter-missing', sentence }
}

function describeScript(
  interpreter: ArtifactInterpreter | null,
  defect: ArtifactDefect | null,
): ArtifactContent {
  return { ...NO_CONTENT, format: 'script', interpreter, defects: defect === null ? [] : [defect] }
}
