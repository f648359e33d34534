/** Addresses of web pages, as settings name them. */
import { z } from 'zod'
import { origins as backends } from './origins/origins.ts'

export function webUrl(text: string): URL | null {
  const url = URL.parse(text)
  return url && (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' ? url : null
}

const isOrigin = (text: string) => webUrl(text)?.pathname === '/' && !/[?#]/.test(text)

export const origins = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(
    z.array(
      z
        .string()
        .refine(
          isOrigin,
          'write the full origins without a path, comma separated, for example https://chat.example.org,https://app.example.org; * is not accepted, because cookies are',
        )
        .transform((text) => new URL(text).origin),
    ),
  )

const backendNames = backends.map(({ name }) => name)

/** `https://old.example=streamify`; the name has no = in it. */
export const pages = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim().split('=') as [string, string, ...string[]]))
  .refine(
    (entries) => entries.every(([page, name, ...rest]) => rest.length === 0 && isOrigin(page) && backendNames.includes(name)),
    `write page origins and what their clients were written for, comma separated, for example https://old.example=${backendNames[0]}; known are ${backendNames.join(', ')}`,
  )
  .transform((entries) => new Map(entries.map(([page, name]) => [new URL(page).origin, name] as const)))
