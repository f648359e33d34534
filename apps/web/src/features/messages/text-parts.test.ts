import { expect, test } from 'vitest'
import { textParts } from './text-parts.ts'

const linksIn = (text: string) => textParts(text).flatMap(({ kind, value }) => (kind === 'link' ? [value] : []))

test('http and https addresses are links, and nothing else is', () => {
  expect(linksIn('see http://a.example/x and https://b.example?q=1#here')).toEqual(['http://a.example/x', 'https://b.example?q=1#here'])
  for (const text of [
    'javascript:alert(1)',
    'data:text/html,<b>',
    'ftp://a.example',
    'file:///etc',
    'a.example',
    'xhttps://a.example',
    'https://',
  ]) {
    expect(linksIn(text), text).toEqual([])
  }
})

test("a sentence's punctuation is no part of the address; a bracket opened inside is", () => {
  expect(linksIn('Look: https://a.example/x. Good?')).toEqual(['https://a.example/x'])
  expect(linksIn('(https://a.example/x)!')).toEqual(['https://a.example/x'])
  expect(linksIn('https://a.example/Cat_(animal)')).toEqual(['https://a.example/Cat_(animal)'])
  expect(linksIn('"https://a.example"<script>')).toEqual(['https://a.example'])
})

test('the parts together are the text, unchanged', () => {
  for (const text of ['', 'plain', 'https://a.example', ' a https://a.example, b\nhttp://c.example\u202e', '<b>https://a.example</b>']) {
    expect(
      textParts(text)
        .map(({ value }) => value)
        .join(''),
    ).toBe(text)
  }
})

test('a text of many dots after an address is split in no time', () => {
  expect(linksIn(`https://a.example/${'.'.repeat(10_000)}`)).toEqual(['https://a.example/'])
})
