import { holdTrue } from './hold.ts'
import { STATISTICS } from './statistics.ts'

holdTrue('statistics do not depend on what does not matter', STATISTICS)
