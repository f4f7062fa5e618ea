import { BASELINE_LIFE, type Clause, fail, pass } from './clause.ts'
import { quote } from './words.ts'

const stdoutMachineOnly: Clause = {
  id: 'logs/stdout-machine-only',
  scenarios: [BASELINE_LIFE],
  judge({ contract, readyLives }) {
    const allowed = contract.logs.stdout.map(
      ({ source, flags }) => new RegExp(source, flags.replace(/[gy]/g, '')),
    )
    const expected = 'stdout holds the announcement and nothing else that the contract does not allow'
    for (const life of readyLives) {
      const strays = life.stdout.lines.filter(
        ({ text, reading }) => reading.kind === 'other' && !allowed.some(pattern => pattern.test(text)),
      )
      const [first] = strays
      if (first !== undefined) {
        const more = strays.length + life.stdout.omittedLines - 1
        return fail(expected, `${quote(first)}${more > 0 ? ` and ${more} more lines` : ''}`, {
          life,
          atMs: first.atMs,
        })
      }
      if (life.stdout.omittedBytes > 0) {
        return fail(expected, `${life.stdout.bytes} bytes`, { life, atMs: life.events[0]?.atMs ?? 0 })
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
    return pass(`${Math.max(...lines)} lines in a life`)
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

export const logsClauses: readonly Clause[] = [stdoutMachineOnly, onStderr, plainStdout]
