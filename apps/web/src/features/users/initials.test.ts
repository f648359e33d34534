import { expect, test } from 'vitest'
import { hueOf, initialsOf } from './initials.ts'

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

test('a colour is one of eight and stays with its id', () => {
  for (const id of ['', 'a', '0195f0e2-0000-7000-8000-000000000000']) {
    expect(hueOf(id)).toBe(hueOf(id))
    expect(hueOf(id)).toBeGreaterThanOrEqual(0)
    expect(hueOf(id)).toBeLessThan(8)
  }
})
