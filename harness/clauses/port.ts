import { firstEvent, isReady } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { MISNOMERS } from '../scenarios/port-refusals.ts'
import { placeOf } from './announced.ts'
import { blocked, type Clause, fail, pass, skipped } from './clause.ts'
import { taken } from './port-taken.ts'
import { askedFor, describeRefusals, judgeRefusal, NOT_ASKED } from './refusal.ts'
import { sockets, unreadyAtMs, whyNotReady } from './words.ts'

const dynamicByDefault: Clause = {
  id: 'port/dynamic-by-default',
  scenarios: ['port-pair'],
  judge({ contract, livesOf, readyLives }) {
    const [unset, zero] = livesOf('port-pair')
    const isChosen = contract.port.unasked === 'chosen'
    const expected = isChosen
      ? 'two instances, each with a port of its own, are ready side by side'
      : 'two instances, one with no PORT and one with PORT=0, are ready on two different ports'
    for (const life of [unset, zero]) {
      if (life === undefined || isReady(life)) continue
      const asked = isChosen ? 'the second' : 'the one with PORT=0'
      const which =
        life === zero
          ? `${asked}, started beside the other,`
          : isChosen
            ? 'the first'
            : 'the one with no PORT'
      return fail(expected, `${which} never became ready: ${whyNotReady(life)}`, {
        life,
        atMs: unreadyAtMs(life),
      })
    }
    const ports = [unset, zero].map(life => (life === undefined ? null : firstEvent(life, 'announcement')))
    if (isChosen) return skipped('its app, and here the harness, chooses its port')
    const [one, other] = ports
    if (zero !== undefined && one && other && placeOf(one) === placeOf(other)) {
      return fail(expected, `both announced ${placeOf(other)}`, { life: zero, atMs: other.atMs })
    }
    const favourite = findFavourite(readyLives)
    if (favourite !== null) {
      const { announced, life, times, of } = favourite
      return fail(
        'with no port asked for the system picks one, each time another',
        `${times} of ${of} lives announced ${placeOf(announced)}: it prefers that one, and takes another only where it is taken`,
        { life, atMs: announced.atMs },
      )
    }
    const places = ports.map(event => (event === null ? 'nothing' : placeOf(event)))
    return pass(
      places.every(place => place.startsWith('port '))
        ? `ports ${places.map(place => place.slice(5)).join(' and ')}`
        : places.join(' and '),
    )
  },
}

/**
 * The system picks among some 28,000 ports: that three lives of a gate get the same one by chance happens about twice
 * in 100,000 gates of 30 lives.
 */
const NO_COINCIDENCE = 3

/** A port that it takes whenever it can, though it was asked for none: two side by side do not show that. */
function findFavourite(lives: readonly LifeRecording[]) {
  const unasked = lives.flatMap(life => {
    const asked = firstEvent(life, 'launch')?.port ?? null
    const announced = firstEvent(life, 'announcement')
    return announced !== null && (asked === null || asked === '0') ? [{ life, announced }] : []
  })
  for (const same of Map.groupBy(unasked, ({ announced }) => placeOf(announced)).values()) {
    const last = same.at(-1)
    if (same.length >= NO_COINCIDENCE && last !== undefined) {
      return { ...last, times: same.length, of: unasked.length }
    }
  }
  return null
}

const explicit: Clause = {
  id: 'port/explicit',
  scenarios: ['port-explicit'],
  unplanned: NOT_ASKED,
  judge({ livesOf }) {
    for (const life of livesOf('port-explicit')) {
      const asked = askedFor(life)
      const expected = `port ${asked}, which it was asked for, is announced and served`
      const announced = firstEvent(life, 'announcement')
      if (announced !== null && String(announced.port) !== asked) {
        return fail(expected, `it announced ${placeOf(announced)}`, { life, atMs: announced.atMs })
      }
      if (!isReady(life)) {
        return fail(expected, `it never became ready: ${whyNotReady(life)}`, {
          life,
          atMs: unreadyAtMs(life),
        })
      }
      const look = firstEvent(life, 'listeners')
      if (look !== null && !look.listeners.some(({ port }) => String(port) === asked)) {
        const where = sockets(look.listeners) || 'nothing'
        return fail(expected, `it announced that port, and listens on ${where}`, { life, atMs: look.atMs })
      }
    }
    return pass(`port ${livesOf('port-explicit').map(askedFor).join(', ')}`)
  },
}

const invalid: Clause = {
  id: 'port/invalid',
  scenarios: MISNOMERS.map(({ scenario }) => scenario),
  needs: ['port/explicit'],
  unplanned: NOT_ASKED,
  judge(input) {
    // One that never looks at what it is asked for takes nothing for a port that is none.
    if (!input.holds('port/explicit')) return blocked('port/explicit')
    const lives = MISNOMERS.flatMap(({ scenario }) => input.livesOf(scenario))
    for (const life of lives) {
      const cause = `asked for the port "${askedFor(life)}"`
      const finding = judgeRefusal(life, cause, input, port => `it announced port ${port}`)
      if (finding !== null) return finding
    }
    return pass(describeRefusals(lives, life => `"${askedFor(life)}"`, input))
  },
}

export const portClauses: readonly Clause[] = [dynamicByDefault, explicit, taken, invalid]
