import { Fragment } from 'react'
import { textParts } from './text-parts.ts'

/** A message's text as text, with its web addresses as links. */
export function LinkedText({ text }: { text: string }) {
  return textParts(text).map(({ kind, value, at }) =>
    kind === 'text' ? (
      <Fragment key={at}>{value}</Fragment>
    ) : (
      <a key={at} href={value} target="_blank" rel="noopener noreferrer">
        {value}
      </a>
    ),
  )
}
