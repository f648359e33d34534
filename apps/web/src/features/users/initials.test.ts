import { expect, test } from 'vitest'
import { initialsOf } from './initials.ts'
import { hueOf } from './person-colour.ts'

test('initials are the first letters of the first and last word, in any script', () => {
  expect(['Asha Verma', 'ben', 'Ana María de la Cruz', 'आशा वर्मा', '😀 Zoe', '<b>x</b>', '!!'].map(initialsOf)).toEqual([
    'AV',
    'B',
    'AC',
    'आव',
    'Z',
    'B',
    '#',
  ])
})

test('a colour stays with its id, whatever the id is', () => {
  expect(hueOf('0195f0e2-0000-7000-8000-000000000169')).toBe(1)
  for (const id of ['', 'a', 'no hex']) expect(hueOf(id)).toBeGreaterThanOrEqual(0)
})
