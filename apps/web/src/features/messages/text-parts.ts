export interface TextPart {
  readonly kind: 'text' | 'link'
  readonly value: string
  /** Where it begins in the text. */
  readonly at: number
}

const address = /\bhttps?:\/\/[^\s<>"'`]+/giu

/** A sentence's own punctuation behind an address is no part of it; a closing bracket is, where it was opened inside. */
function withoutTail(found: string): string {
  let end = found.length
  for (;;) {
    const kept = found.slice(0, end)
    const tail = kept.at(-1) ?? ''
    const unopened = tail === ')' && kept.split(')').length > kept.split('(').length
    if (!unopened && !/[.,;:!?…'"\]}*_]/u.test(tail)) return kept
    end -= 1
  }
}

const isWebAddress = (value: string) => URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol)

/** Splits a text into plain text and the http and https addresses in it. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const match of text.matchAll(address)) {
    const value = withoutTail(match[0])
    if (!isWebAddress(value)) continue
    if (match.index > end) parts.push({ kind: 'text', value: text.slice(end, match.index), at: end })
    parts.push({ kind: 'link', value, at: match.index })
    end = match.index + value.length
  }
  if (end < text.length) parts.push({ kind: 'text', value: text.slice(end), at: end })
  return parts
}
