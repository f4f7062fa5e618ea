import { ARTIFACTS } from './artifacts.ts'
import { holdTrue } from './hold.ts'

holdTrue('files are described', ARTIFACTS)
