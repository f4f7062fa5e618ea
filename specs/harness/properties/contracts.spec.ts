import { CONTRACTS } from './contracts.ts'
import { holdTrue } from './hold.ts'

holdTrue('contracts are read', CONTRACTS)
