import { expect, test } from 'vitest'
import { fold, searchTermsOf } from './search-terms.ts'

test.each([
  ['Anne-Marie  Lovelace', ['x', 'anne-marie lovelace', 'marie lovelace', 'lovelace']],
  ['Ada', ['x', 'ada']],
  ['X', ['x']],
  ['😀', ['x', '😀']],
  ["O'Neil", ['x', "o'neil", 'neil']],
])('%s is found under the beginnings of %j', (name, terms) => {
  expect(searchTermsOf({ username: 'x', name })).toEqual(terms)
})

test('case, white space and compatible forms make no difference', () => {
  expect(fold(' ＡＤＡ \t Ｌovelace')).toBe('ada lovelace')
  expect(fold('e\u0301')).toBe(fold('É'))
})

test('letters that grow when folded stay bounded', () => {
  expect([...fold('ﷺ'.repeat(50))]).toHaveLength(50)
})
