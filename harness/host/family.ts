import type { LifeIdentity, ProcessInfo } from './host.ts'

/** A living process as a platform's table shows it. */
export interface ProcessRow extends Omit<ProcessInfo, 'command'> {
  /** Undefined where the platform does not print sessions. */
  readonly sessionId: number | undefined
}

/** What a platform knows beyond its table. All is optional: macOS knows none of it reliably. */
export interface FamilyKnowledge<Row extends ProcessRow> {
  /** The marker that a process carries in its environment, whichever life's it is. */
  readMarker?(row: Row): string | undefined
  /** Whether a process works in a directory, or below it, on nobody's terminal: a person who looks around there has one. */
  worksIn?(row: Row, directory: string): boolean
  /** Whether a process started before the leader did. For clocks that are hardly ever set back. */
  startedBefore?(row: Row, leaderStartedAt: string): boolean
}

/**
 * Picks a life's processes out of a table: the leader's group and session, whatever carries the marker or works in its
 * directory, whatever belonged at an earlier look, and all their descendants.
 */
export interface FindFamily<Row extends ProcessRow> {
  (life: LifeIdentity, table: readonly Row[]): Row[]
  /** Takes note of a leader that was just launched: a first look after its end would not know what is older than it. */
  notice(life: LifeIdentity, leader: Row): void
  /** Undefined for one that no look has seen, and nobody was told of. */
  leaderStartedAt(life: LifeIdentity): string | undefined
}

interface FamilyMemory {
  /** How far the leader has been followed. Once gone, it does not come back under the same pid. */
  leader: 'unseen' | 'alive' | 'gone'
  leaderStartedAt: string | undefined
  /** Start times by pid, of the members at the last look. */
  members: ReadonlyMap<number, string>
}

/** More lives than any gate has under way; an entry is a few hundred bytes. */
const REMEMBERED_LIVES = 1_024

/**
 * Makes a finder that remembers its earlier looks at each life. Two things cannot be told from one look:
 * a process that left the group and lost its parent may show nothing that ties it to the life, and the
 * leader's pid may by now have been given to a stranger.
 */
export function createFamilyFinder<Row extends ProcessRow>(
  knowledge: FamilyKnowledge<Row> = {},
): FindFamily<Row> {
  const memories = new Map<string, FamilyMemory>()

  function find(life: LifeIdentity, table: readonly Row[]): Row[] {
    refuseReservedPid(life.pid)
    const memory = recall(memories, life.marker)
    const leader = findLeader(life, table, memory, knowledge)
    memory.leader = leader ? 'alive' : 'gone'
    memory.leaderStartedAt ??= leader?.startedAt

    const members = collectMembers(life, table, memory, knowledge)
    memory.members = new Map([...members].map(row => [row.pid, row.startedAt]))
    return [...members]
  }

  find.notice = (life: LifeIdentity, leader: Row): void => {
    const memory = recall(memories, life.marker)
    memory.leader = 'alive'
    memory.leaderStartedAt = leader.startedAt
  }
  find.leaderStartedAt = (life: LifeIdentity) => memories.get(life.marker)?.leaderStartedAt
  return find
}

function refuseReservedPid(pid: number): void {
  if (!Number.isInteger(pid) || pid <= 1) throw new RangeError(`${pid} cannot be the pid of a life's leader`)
}

/** Comes back with the memory moved to the young end, so that the oldest is what is forgotten. */
function recall(memories: Map<string, FamilyMemory>, marker: string): FamilyMemory {
  const memory = memories.get(marker) ?? { leader: 'unseen', leaderStartedAt: undefined, members: new Map() }
  memories.delete(marker)
  memories.set(marker, memory)
  const [oldest] = memories.keys()
  if (memories.size > REMEMBERED_LIVES && oldest !== undefined) memories.delete(oldest)
  return memory
}

function findLeader<Row extends ProcessRow>(
  life: LifeIdentity,
  table: readonly Row[],
  memory: FamilyMemory,
  knowledge: FamilyKnowledge<Row>,
): Row | undefined {
  const row = table.find(candidate => candidate.pid === life.pid)
  if (row === undefined || memory.leader === 'gone') return undefined
  if (memory.leader === 'alive') return row.startedAt === memory.leaderStartedAt ? row : undefined

  // A session leader can leave neither its group nor its session: a process with this pid in another is a stranger.
  if (row.groupId !== life.pid) return undefined
  const marker = knowledge.readMarker?.(row)
  // No marker is no proof: programs that set their title write over their environment.
  return marker === undefined || marker === life.marker ? row : undefined
}

function collectMembers<Row extends ProcessRow>(
  life: LifeIdentity,
  table: readonly Row[],
  memory: FamilyMemory,
  knowledge: FamilyKnowledge<Row>,
): Set<Row> {
  const { leader, leaderStartedAt, members: known } = memory
  const candidates = table.filter(
    row => leaderStartedAt === undefined || knowledge.startedBefore?.(row, leaderStartedAt) !== true,
  )

  // A kernel does not hand out a pid while a group or session bears that number. Hence a stranger with the
  // leader's pid means that the life's own group has died out, and that all in that group are the stranger's.
  const pidIsReused = leader === 'gone' && candidates.some(row => row.pid === life.pid)
  const belongs = (row: Row): boolean =>
    known.get(row.pid) === row.startedAt ||
    (!pidIsReused && (row.groupId === life.pid || row.sessionId === life.pid)) ||
    // Windows leaves a dead parent's pid in place.
    (!pidIsReused && leaderStartedAt !== undefined && row.parentPid === life.pid)

  const members = new Set(candidates.filter(belongs))
  addDescendants(members, candidates)
  // The dearest questions (a file per process), so they are asked last and only of those that nothing else tells.
  const { directory } = life
  const isMarked = (row: Row) => knowledge.readMarker?.(row) === life.marker
  const worksThere = (row: Row) => directory !== undefined && knowledge.worksIn?.(row, directory) === true
  for (const row of candidates) {
    if (!members.has(row) && (isMarked(row) || worksThere(row))) members.add(row)
  }
  addDescendants(members, candidates)
  return members
}

function addDescendants<Row extends ProcessRow>(members: Set<Row>, candidates: readonly Row[]): void {
  const children = Map.groupBy(candidates, row => row.parentPid)
  // A set's iterator also visits what is added while it runs.
  for (const member of members) {
    for (const child of children.get(member.pid) ?? []) members.add(child)
  }
}
