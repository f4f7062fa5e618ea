import { eventsOf, firstEvent, sinceLaunch } from '../recording/query.ts'
import type { LifeRecording, Line } from '../recording/recording.ts'
import { duration } from '../text/duration.ts'
import { type Finding, fail, type JudgeInput } from './clause.ts'
import { allowedOnStdout } from './stdout.ts'
import { ending, lastWords, quote, whyNotReady } from './words.ts'

/** Said of all that it could have been asked. */
export const NOT_ASKED = 'the contract has no way to ask it for a port'

/**
 * A refusal: it exits by itself, soon, with another code than 0, says why on stderr and announces nothing. Null when
 * it was one; `wrongly` says what it means that it announced a port.
 */
export function judgeRefusal(
  life: LifeRecording,
  cause: string,
  input: JudgeInput,
  wrongly: (port: number | null) => string,
): Finding | null {
  const { soonMs } = input.contract.budgets
  const expected = `${cause}, it exits by itself within ${duration(soonMs)}, with another code than 0 and a reason on ${placesOfReason(input)}, and announces nothing`
  const no = (observed: string, atMs: number) => fail(expected, observed, { life, atMs })

  const announced = firstEvent(life, 'announcement')
  if (announced !== null) return no(wrongly(announced.port), announced.atMs)

  const exit = firstEvent(life, 'exit')
  const late = eventsOf(life, 'deadline').find(({ waitedFor }) => waitedFor === 'exit')
  if (late !== undefined) {
    const running = `still running ${duration(late.budgetMs)} after its launch, with nothing announced`
    return no(`${running}; ${lastWords(life, 'stderr')}`, late.atMs)
  }
  if (exit === null) return no(whyNotReady(life), life.events[0]?.atMs ?? 0)
  const when = `${duration(sinceLaunch(life, exit.atMs))} after its launch`
  if (exit.code === null || exit.code === 0) {
    return no(`${ending(life)}, ${when}; ${lastWords(life, 'stderr')}`, exit.atMs)
  }
  if (reasonOf(life, input) === null) {
    const said = wordsFor(life, input).every(isBlank)
      ? `${placesOfReason(input)} stayed empty`
      : `${placesOfReason(input)} holds nothing but what it says at every start`
    return no(`${ending(life)}, ${when}, and does not say why: ${said}`, exit.atMs)
  }
  return null
}

/** The port that it was asked for, as it was written. */
export function askedFor(life: LifeRecording): string {
  return firstEvent(life, 'launch')?.port ?? ''
}

/** `"abc", "-1" refused within 40 ms: "PORT is abc, which is no port"`, by the slowest and the reason of the first. */
export function describeRefusals(
  lives: readonly LifeRecording[],
  name: (life: LifeRecording) => string,
  input: JudgeInput,
): string {
  const times = lives.map(life => sinceLaunch(life, firstEvent(life, 'exit')?.atMs ?? 0))
  const [reason] = lives.map(life => reasonOf(life, input))
  const said = reason == null ? '' : `: ${quote(reason)}`
  return `${lives.map(name).join(', ')} refused within ${duration(Math.max(...times))}${said}`
}

/**
 * What it says to people that it says in no life that became ready: the line with the port, where there is one. In a
 * stack trace the first line says the least.
 */
function reasonOf(life: LifeRecording, input: JudgeInput): Line | null {
  const own = wordsFor(life, input).filter(line => !isBlank(line))
  // Each of sixty lives can have said ten thousand things: what is held is what this one said.
  const unusual = new Set(own.map(withoutNumbers))
  for (const each of input.readyLives) {
    for (const line of wordsFor(each, input)) unusual.delete(withoutNumbers(line))
    if (unusual.size === 0) return null
  }
  const reasons = own.filter(line => unusual.has(withoutNumbers(line)))
  return reasons.find(({ text }) => text.includes(askedFor(life))) ?? reasons[0] ?? null
}

/** What it writes to people: on stderr, and on a stdout that may hold such lines. */
function wordsFor({ stderr, stdout }: LifeRecording, { contract }: JudgeInput): readonly Line[] {
  const allowed = allowedOnStdout(contract)
  return [...stderr.lines, ...stdout.lines.filter(({ text }) => allowed(text))]
}

function placesOfReason({ contract }: JudgeInput): string {
  return contract.logs.stdout.length === 0 ? 'stderr' : 'stderr or stdout'
}

function isBlank({ text }: Line): boolean {
  return text.trim() === ''
}

/** Times, pids and ports are others in every life. */
function withoutNumbers({ text }: Line): string {
  return text.replace(/\d+/g, '#')
}
