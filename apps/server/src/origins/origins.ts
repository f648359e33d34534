/** The backends whose clients work here unmodified. */
import type { Origin } from '../transport/families.ts'
import { streamify } from './streamify.ts'

export const origins: readonly Origin[] = [streamify]
