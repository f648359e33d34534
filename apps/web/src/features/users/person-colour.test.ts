/** Whatever hue somebody's id makes, it can be read: WCAG 2.2 asks for a contrast of 4.5 to 1. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { groundOf, hueOf, inkOf } from './person-colour.ts'

type Rgb = readonly [red: number, green: number, blue: number]

const ids = Array.from({ length: 360 }, (_, hue) => hue.toString(16).padStart(6, '0'))
const white: Rgb = [255, 255, 255]
const css = readFileSync(new URL('../../app/tokens.css', import.meta.url), 'utf8')

/** The tokens of a colour scheme. */
function tokensOf(scheme: 'light' | 'dark'): ReadonlyMap<string, string> {
  const block = css.split(`="${scheme}"]`)[1]?.split('}')[0] ?? ''
  return new Map([...block.matchAll(/(--[a-z-]+): ([^;]+);/g)].map(([, name = '', value = '']) => [name, value]))
}

function fromHsl(text: string): Rgb {
  const [hue = 0, saturation = 0, lightness = 0] = [...text.matchAll(/[\d.]+/g)].map(Number)
  const [chroma, light] = [(saturation / 100) * Math.min(lightness / 100, 1 - lightness / 100), lightness / 100]
  const channel = (offset: number) => {
    const place = (offset + hue / 30) % 12
    return Math.round((light - chroma * Math.max(-1, Math.min(place - 3, 9 - place, 1))) * 255)
  }
  return [channel(0), channel(8), channel(4)]
}

const fromHex = (text: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16)) as unknown as Rgb

/** A translucent colour, as `rgb(1 2 3 / 4%)`, over a solid one. */
function over(text: string, ground: Rgb): Rgb {
  const [red = 0, green = 0, blue = 0, percent = 0] = [...text.matchAll(/[\d.]+/g)].map(Number)
  const mixed = (channel: number, at: 0 | 1 | 2) => Math.round((channel * percent + ground[at] * (100 - percent)) / 100)
  return [mixed(red, 0), mixed(green, 1), mixed(blue, 2)]
}

function luminance(colour: Rgb): number {
  const [red = 0, green = 0, blue = 0] = colour.map((channel) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: Rgb, other: Rgb): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (bright + 0.05) / (dark + 0.05)
}

test('initials can be read on every ground', () => {
  expect(ids.map(hueOf)).toEqual(ids.map((_, hue) => hue))
  expect(ids.filter((id) => contrast(fromHsl(groundOf(id)), white) < 4.5)).toEqual([])
})

for (const scheme of ['light', 'dark'] as const) {
  test(`a name can be read in every colour, in a bubble and in a quote (${scheme})`, () => {
    const tokens = tokensOf(scheme)
    const token = (name: string) => tokens.get(name) ?? ''
    const [theirs, mine] = [fromHex(token('--bubble-theirs')), fromHex(token('--bubble-mine'))]
    const grounds = [theirs, over(token('--quote-theirs'), theirs), over(token('--quote-mine'), mine)]
    const inks = ids.map((id) => fromHsl(inkOf(id).replace('var(--name-lightness)', token('--name-lightness'))))
    expect(Math.min(...inks.flatMap((ink) => grounds.map((ground) => contrast(ink, ground))))).toBeGreaterThanOrEqual(4.5)
  })
}
