import { ANNOUNCEMENTS } from './announcements.ts'
import { ARTIFACTS } from './artifacts.ts'
import { CONTRACTS } from './contracts.ts'
import { LINES } from './lines.ts'
import type { Property } from './property.ts'
import { RECORDINGS } from './recordings.ts'
import { REDACTION } from './redaction.ts'
import { REPORTS } from './reports.ts'
import { STATISTICS } from './statistics.ts'

export type GroupName =
  | 'lines'
  | 'announcements'
  | 'artifacts'
  | 'recordings'
  | 'redaction'
  | 'reports'
  | 'contracts'
  | 'statistics'

/** What `pnpm fuzz` tries, by the names of the spec files. */
export const GROUPS: Readonly<Record<GroupName, readonly Property[]>> = {
  lines: LINES,
  announcements: ANNOUNCEMENTS,
  recordings: RECORDINGS,
  redaction: REDACTION,
  contracts: CONTRACTS,
  statistics: STATISTICS,
  reports: REPORTS,
  artifacts: ARTIFACTS,
}
