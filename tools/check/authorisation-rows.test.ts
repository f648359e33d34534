import { errorEvent, health } from '@parley/protocol/operations'
import { expect, test } from 'vitest'
import { rowProblems } from './authorisation-rows.ts'

test('a contract with a row each passes', () => {
  expect(rowProblems([health, errorEvent], [{ definition: health }, { definition: errorEvent }])).toEqual([])
})

test('an operation or an event without a row is found', () => {
  expect(rowProblems([health, errorEvent], [{ definition: errorEvent }])).toEqual(['the route health has no row'])
  expect(rowProblems([health, errorEvent], [{ definition: health }])).toEqual(['the event error has no row'])
})

test('a second row for the same thing is found', () => {
  expect(rowProblems([health], [{ definition: health }, { definition: health }])).toEqual(['the route health has 2 rows'])
})
