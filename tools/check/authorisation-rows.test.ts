import { event, route } from '@parley/protocol/define'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { rowProblems } from './authorisation-rows.ts'

const look = route('look', {
  summary: 'Look',
  access: 'user',
  rate: { points: 1, seconds: 1 },
  input: z.strictObject({}),
  output: z.strictObject({}),
  errors: [],
  rest: { method: 'GET', path: '/look' },
})
const seen = event('seen', { summary: 'Seen', payload: z.strictObject({}) })

test('a contract with a row each passes', () => {
  expect(rowProblems([look, seen], [{ definition: look }, { definition: seen }])).toEqual([])
})

test('an operation or an event without a row is found', () => {
  expect(rowProblems([look, seen], [{ definition: seen }])).toEqual(['the route look has no row'])
  expect(rowProblems([look, seen], [{ definition: look }])).toEqual(['the event seen has no row'])
})

test('a second row for the same thing is found', () => {
  expect(rowProblems([look], [{ definition: look }, { definition: look }])).toEqual(['the route look has 2 rows'])
})
