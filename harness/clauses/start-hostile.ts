import type { Contract } from '../contract/contract.ts'
import { firstEvent } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { type Clause, fail, pass } from './clause.ts'
import { judgeStart } from './start-elsewhere.ts'
import { allowedOnStdout } from './stdout.ts'
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
    const [usual, other] = input.readyLives.map(each => shapeOfStdout(each, input.contract))
    const shape = shapeOfStdout(life, input.contract)
    // What differs between any two of its lives (a token, a time) says nothing of the environment.
    if (usual !== undefined && usual === other && usual !== shape) {
      const line = life.stdout.lines.find(({ text }) => !usual.includes(withoutPlace(life, text)))
      return fail(
        `its stdout is the same, byte for byte, with ${HOSTILE} in its environment`,
        line === undefined ? 'lines are missing from it' : `it wrote ${quote(line)}`,
        { life, atMs: line?.atMs ?? life.events[0]?.atMs ?? 0 },
      )
    }
    // What is flawed without such an environment too is logs/plain-stdout's affair.
    const usualFlaws = new Set(input.readyLives.flatMap(({ stdout }) => stdout.flaws.map(({ kind }) => kind)))
    const flaw = life.stdout.flaws.find(({ kind }) => !usualFlaws.has(kind))
    // A contract that does not have logs/plain-stdout judged makes no such promise.
    if (flaw !== undefined && input.contract.levels['logs/plain-stdout'] !== 'may') {
      return fail('its stdout stays plain', `${flaw.kind} in "${flaw.excerpt}"`, { life, atMs: flaw.atMs })
    }
    return pass('ready, and the same stdout')
  },
}

const HOSTILE = 'NODE_OPTIONS, NODE_ENV, DEBUG, HTTP_PROXY, LC_ALL, TZ, FORCE_COLOR and LD_LIBRARY_PATH'

/** A life's stdout, less what the contract allows beside the announcement, and with what differs from life to life taken out. */
function shapeOfStdout(life: LifeRecording, contract: Contract): string {
  const allowed = allowedOnStdout(contract)
  const isUrl = contract.announce.pattern.kind === 'url'
  return life.stdout.lines
    .filter(({ text, reading }) => reading.kind === 'announcement' || !allowed(text))
    .map(line => (isUrl && allowed(line.text) ? URL_LINE : `${withoutPlace(life, line.text)}${line.ending}`))
    .join('\n')
}

/** What stands around an address in a line that is made for people is nobody's promise. */
const URL_LINE = '{url}'

function withoutPlace(life: LifeRecording, text: string): string {
  const announced = firstEvent(life, 'announcement')
  const place = announced?.socket ?? announced?.port
  return place == null ? text : text.replaceAll(String(place), '{port}')
}
