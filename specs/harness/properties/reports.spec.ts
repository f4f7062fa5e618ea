import { holdTrue } from './hold.ts'
import { REPORTS } from './reports.ts'

holdTrue('reports stay safe for what a sidecar says', REPORTS)
