import { describe, expect, test } from 'vitest'
import { createFamilyFinder, type FindFamily, type ProcessRow } from '../../../harness/host/family.ts'

/** Rows as short as a drawing: pid, parent, group; session like the group, started when its number says. */
function row(pid: number, parentPid: number, groupId: number, more: Partial<ProcessRow> = {}): ProcessRow {
  return { pid, parentPid, groupId, sessionId: groupId, startedAt: String(pid), ...more }
}

const LIFE = { pid: 100, marker: 'ours' }
const LEADER = row(100, 50, 100)

/** Start times are numbers in these tables, markers stand in a map. */
function createFinder(markers: Record<number, string> = {}): FindFamily<ProcessRow> {
  return createFamilyFinder({
    readMarker: ({ pid }) => markers[pid],
    startedBefore: ({ startedAt }, leaderStartedAt) => Number(startedAt) < Number(leaderStartedAt),
  })
}

function pids(rows: readonly ProcessRow[]): number[] {
  return rows.map(({ pid }) => pid).sort((a, b) => a - b)
}

describe('findFamily', () => {
  test('takes group, session, descendants, and the descendants of what carries the marker', () => {
    const table = [
      row(50, 1, 50),
      LEADER,
      row(101, 1, 100),
      row(102, 1, 102, { sessionId: 100 }),
      row(103, 100, 103),
      row(104, 103, 104),
      row(105, 1, 105),
      row(106, 105, 106),
      row(107, 50, 107),
    ]

    expect(pids(createFinder({ 105: 'ours', 107: 'theirs' })(LIFE, table))).toEqual([
      100, 101, 102, 103, 104, 105, 106,
    ])
  })

  test('asks nobody for the marker who is a member already or older than the leader', () => {
    const asked: number[] = []
    const findFamily = createFamilyFinder<ProcessRow>({
      readMarker: ({ pid }) => void asked.push(pid),
      startedBefore: ({ startedAt }, leaderStartedAt) => Number(startedAt) < Number(leaderStartedAt),
    })
    const table = [row(50, 1, 50), LEADER, row(101, 100, 100), row(102, 1, 102)]
    findFamily(LIFE, table)
    asked.length = 0

    findFamily(LIFE, table)

    expect(asked).toEqual([102])
  })

  test('keeps a member that lost everything, and lets it go when its pid changes hands', () => {
    const findFamily = createFinder()
    findFamily(LIFE, [LEADER, row(101, 100, 101)])

    expect(pids(findFamily(LIFE, [LEADER, row(101, 1, 101)]))).toEqual([100, 101])
    expect(pids(findFamily(LIFE, [LEADER, row(101, 1, 101, { startedAt: '500' })]))).toEqual([100])
  })

  test('keeps the memories of two lives apart', () => {
    const findFamily = createFinder()
    findFamily(LIFE, [LEADER, row(101, 100, 101)])

    expect(pids(findFamily({ pid: 200, marker: 'other' }, [row(101, 1, 101), row(200, 1, 200)]))).toEqual([
      200,
    ])
  })

  // In tables only: to have a pid reused for real, the whole machine's counter would have to be set back, and with
  // it every process that the other specs are just starting.
  test("does not let a stranger in who was given the leader's pid, nor the stranger's group", () => {
    const findFamily = createFinder()
    findFamily(LIFE, [LEADER, row(101, 100, 101)])
    const stranger = row(100, 1, 100, { startedAt: '500' })
    const itsChild = row(501, 100, 100)

    expect(pids(findFamily(LIFE, [stranger, itsChild, row(101, 1, 101)]))).toEqual([101])
  })

  test('does not let a stranger in whose start time is the same, once the leader was seen to be gone', () => {
    const findFamily = createFinder()
    findFamily(LIFE, [LEADER])
    findFamily(LIFE, [])

    expect(findFamily(LIFE, [LEADER])).toEqual([])
  })

  test.each([
    ['in a group that it does not lead', row(100, 1, 77), {}],
    ["with another life's marker", LEADER, { 100: 'theirs' }],
  ])('takes what has its pid, but is %s, for no leader even at first sight', (_, stranger, markers) => {
    expect(createFinder(markers)(LIFE, [stranger])).toEqual([])
  })

  test('does not take such a stranger for older than what the life left behind', () => {
    const table = [row(100, 1, 77, { startedAt: '500' }), row(101, 1, 101)]

    expect(pids(createFinder({ 101: 'ours' })(LIFE, table))).toEqual([101])
  })

  test('takes a leader without a marker: it may have written over its environment', () => {
    expect(pids(createFinder({})(LIFE, [LEADER]))).toEqual([100])
  })

  test.each([0, 1, -100, Number.NaN])('refuses %d as a leader', pid => {
    expect(() => createFinder()({ pid, marker: 'ours' }, [])).toThrow(RangeError)
  })

  test('forgets the oldest of very many lives, not the one at hand', () => {
    const findFamily = createFinder()
    const look = (pid: number) =>
      findFamily({ pid, marker: `life ${pid}` }, [row(pid, 1, pid), row(20_000, pid, 20_000)])
    look(10_000)
    for (let pid = 10_001; pid < 12_000; pid++) look(pid)

    const orphan = row(20_000, 1, 20_000)
    expect(findFamily({ pid: 10_000, marker: 'life 10000' }, [orphan])).toEqual([])
  })
})
