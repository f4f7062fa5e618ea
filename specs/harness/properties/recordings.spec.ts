import { holdTrue } from './hold.ts'
import { RECORDINGS } from './recordings.ts'

holdTrue('recordings are read', RECORDINGS)
