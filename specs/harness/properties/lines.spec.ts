import { holdTrue } from './hold.ts'
import { LINES } from './lines.ts'

holdTrue('lines are the same in any pieces', LINES)
