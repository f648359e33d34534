import { describe } from 'vitest'
import { memoryRates } from './memory.ts'
import { ratesSuite } from './rates.suite.ts'

describe('rates in memory', () => ratesSuite(() => memoryRates))
