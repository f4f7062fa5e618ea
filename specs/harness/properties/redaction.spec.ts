import { holdTrue } from './hold.ts'
import { REDACTION } from './redaction.ts'

holdTrue('secrets are taken out', REDACTION)
