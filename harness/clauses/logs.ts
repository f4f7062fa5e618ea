import { BASELINE_LIFE, type Clause, fail, pass } from './clause.ts'
import { closedPipes, undrainedStderr } from './pipes.ts'
import { straysOn } from './stdout.ts'
import { countLines, quote } from './words.ts'

const stdoutMachineOnly: Clause = {
  id: 'logs/stdout-machine-only',
  scenarios: [BASELINE_LIFE],
  judge({ contract, readyLives }) {
    const expected = 'stdout holds the announcement and nothing else that the contract does not allow'
    for (const life of readyLives) {
      const { others } = straysOn(life, contract)
      const [first] = others
      if (first !== undefined) {
        const more = others.length + life.stdout.omittedLines - 1
        return fail(expected, `${quote(first)}${more > 0 ? ` and ${countLines(more, 'more ')}` : ''}`, {
          life,
          atMs: first.atMs,
        })
      }
      if (life.stdout.omittedBytes > 0 || life.stdout.omittedLines > 0) {
        return fail(expected, `${life.stdout.bytes} bytes, too many to be looked at line by line`, {
          life,
          atMs: life.events[0]?.atMs ?? 0,
        })
      }
    }
    return pass(
      `nothing else in ${readyLives.length} ${readyLives.length === 1 ? 'life' : 'lives'}, start to exit`,
    )
  },
}

const onStderr: Clause = {
  id: 'logs/on-stderr',
  scenarios: [BASELINE_LIFE],
  judge({ readyLives }) {
    const silent = readyLives.find(life => life.stderr.bytes === 0)
    if (silent !== undefined) {
      return fail(
        'human logs on stderr',
        "stderr stayed empty: when it fails on a customer's machine there is nothing to read",
        {
          life: silent,
          atMs: silent.events.at(-1)?.atMs ?? 0,
        },
      )
    }
    const lines = readyLives.map(life => life.stderr.lines.length + life.stderr.omittedLines)
    return pass(`${countLines(Math.max(...lines))} in a life`)
  },
}

const plainStdout: Clause = {
  id: 'logs/plain-stdout',
  scenarios: [BASELINE_LIFE],
  judge({ readyLives }) {
    for (const life of readyLives) {
      const [flaw] = life.stdout.flaws
      if (flaw !== undefined) {
        return fail(
          'valid UTF-8 with no escape codes, NUL or byte order mark on stdout',
          `${flaw.kind} in "${flaw.excerpt}"`,
          {
            life,
            atMs: flaw.atMs,
          },
        )
      }
    }
    return pass('plain')
  },
}

const plainStderr: Clause = {
  id: 'logs/plain-stderr',
  scenarios: [BASELINE_LIFE],
  judge({ readyLives }) {
    for (const life of readyLives) {
      const flaw = life.stderr.flaws.find(({ kind }) => kind === 'escape code')
      if (flaw !== undefined) {
        return fail('no escape codes on stderr, which is no terminal', `"${flaw.excerpt}"`, {
          life,
          atMs: flaw.atMs,
        })
      }
    }
    return pass('no escape codes')
  },
}

export const logsClauses: readonly Clause[] = [
  stdoutMachineOnly,
  onStderr,
  plainStdout,
  plainStderr,
  closedPipes,
  undrainedStderr,
]
