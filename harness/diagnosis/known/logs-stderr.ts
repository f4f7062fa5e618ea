import { straysOn } from '../../clauses/stdout.ts'
import { printable } from '../../text/printable.ts'
import type { Fix, KnownFailure } from '../known-failure.ts'

const LOG: Fix = {
  any: 'One line when it listens, one when it stops and why, one for each error. Go: log.Printf. Rust: eprintln!, or tracing with with_writer(std::io::stderr).',
  node: 'console.error(`listening on 127.0.0.1:…`), which writes to stderr.',
  python:
    'logging.basicConfig(level=logging.INFO), which writes to stderr: without it warnings alone are told.',
  jvm: 'Logback: <target>System.err</target> in the ConsoleAppender; java.util.logging writes there by itself.',
}

const logsElsewhere: KnownFailure = {
  id: 'logs-on-the-other-stream',
  title: 'It does log, and to stdout: stderr stays empty.',
  clauses: ['logs/on-stderr'],
  sources: ['https://github.com/hashicorp/go-plugin/issues/164'],
  fix: { ...LOG, any: `Have the logger write to stderr. ${LOG.any}` },
  recognise({ life, evidence }) {
    const [line] = life === null ? [] : straysOn(life, evidence.contract).others
    return line === undefined ? null : { evidence: [`on stdout: "${printable(line.text)}"`] }
  },
}

const saysNothing: KnownFailure = {
  id: 'logs-nothing',
  title: 'It logs nothing, or into a file alone: of a customer’s machine there is nothing to read.',
  clauses: ['logs/on-stderr'],
  sources: ['https://github.com/anomalyco/opencode/pull/13028'],
  fix: LOG,
  recognise: () => ({ evidence: ['not a byte on stderr, from its launch to its exit'] }),
}

/** From the particular to the general. */
export const logsStderrFailures: readonly KnownFailure[] = [logsElsewhere, saysNothing]
