/** Texts are a short label of their own and, where they are to be long, so many fillers as the label says; logs hold the label. */
const filler = '~'

/** A text that is `length` characters longer than its label. */
export const longText = (label: string, length: number): string => (length === 0 ? label : `${label}+${length} ${filler.repeat(length)}`)

/** The label, if the rest is what it says; the whole text where it isn't. */
export function labelOf(text: string): string {
  const space = text.indexOf(' ')
  if (space < 0) return text
  const label = text.slice(0, space)
  const length = Number(label.slice(label.lastIndexOf('+') + 1))
  return text === `${label} ${filler.repeat(Number.isInteger(length) && length >= 0 ? length : 0)}` ? label : text
}
