import { ANNOUNCEMENTS } from './announcements.ts'
import { holdTrue } from './hold.ts'

holdTrue('announcements are read', ANNOUNCEMENTS)
