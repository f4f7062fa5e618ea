import { firstEvent } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { type Clause, fail, pass } from './clause.ts'
import { judgeStart } from './start-elsewhere.ts'
import { quote } from './words.ts'

export const hostileEnvironment: Clause = {
  id: 'start/hostile-environment',
  scenarios: ['hostile-environment'],
  judge(input) {
    const [life] = input.livesOf('hostile-environment')
    const started = judgeStart(
      input,
      'hostile-environment',
      `it starts with ${HOSTILE} in its environment`,
      '',
    )
    if (started.outcome === 'fail' || life === undefined) return started
    const [usual, other] = input.readyLives.map(shapeOfStdout)
    const shape = shapeOfStdout(life)
    // What differs between any two of its lives (a token, a time) says nothing of the environment.
    if (usual !== undefined && usual === other && usual !== shape) {
      const line = life.stdout.lines.find(({ text }) => !usual.includes(withoutPort(life, text)))
      return fail(
        `its stdout is the same, byte for byte, with ${HOSTILE} in its environment`,
        line === undefined ? 'lines are missing from it' : `it wrote ${quote(line)}`,
        { life, atMs: line?.atMs ?? life.events[0]?.atMs ?? 0 },
      )
    }
    // What is flawed without such an environment too is logs/plain-stdout's affair.
    const usualFlaws = new Set(input.readyLives.flatMap(({ stdout }) => stdout.flaws.map(({ kind }) => kind)))
    const flaw = life.stdout.flaws.find(({ kind }) => !usualFlaws.has(kind))
    if (flaw !== undefined) {
      return fail('its stdout stays plain', `${flaw.kind} in "${flaw.excerpt}"`, { life, atMs: flaw.atMs })
    }
    return pass('ready, and the same stdout')
  },
}

const HOSTILE = 'NODE_OPTIONS, NODE_ENV, DEBUG, HTTP_PROXY, LC_ALL, TZ, FORCE_COLOR and LD_LIBRARY_PATH'

/** A life's stdout, with the one number in it that differs from life to life taken out. */
function shapeOfStdout(life: LifeRecording): string {
  return life.stdout.lines.map(({ text, ending }) => `${withoutPort(life, text)}${ending}`).join('\n')
}

function withoutPort(life: LifeRecording, text: string): string {
  const announced = firstEvent(life, 'announcement')
  return announced === null ? text : text.replaceAll(String(announced.port), '{port}')
}
