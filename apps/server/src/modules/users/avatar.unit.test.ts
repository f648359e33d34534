import { expect, test } from 'vitest'
import { drawAvatar, generatedAvatarUrl } from './avatar.ts'

const id = '01a1fce7-5a13-7000-bf04-f48b3f8fdb47'

test.each([
  ['Ada Lovelace', 'AL'],
  ['ada', 'A'],
  ['Anne Isabella Noel Byron', 'AB'],
  ['  (ada)  "lovelace" ', 'AL'],
  ['Ångström ßen', 'ÅSS'],
  ['李 小龍', '李小'],
  ['😀 😀', '😀'],
  ['& <', '&'],
])('the initials of %s are %s', (name, initials) => {
  expect(new URL(generatedAvatarUrl(id, name), 'http://localhost').searchParams.get('initials')).toBe(initials)
})

test('whatever is asked for is text in the picture and never markup', () => {
  const svg = drawAvatar(id, `<&"'\u0001>`)
  expect(svg).toContain('>&lt;&amp;&quot;&apos;&gt;</text>')
})

test('a person keeps one colour', () => {
  const colour = (svg: string) => /fill="(hsl[^"]+)"/.exec(svg)?.[1]
  expect(colour(drawAvatar(id, 'AL'))).toBe(colour(drawAvatar(id, 'XY')))
  expect(colour(drawAvatar(id, 'AL'))).not.toBe(colour(drawAvatar(id.replace(/.$/, '9'), 'AL')))
})
