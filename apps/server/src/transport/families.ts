/**
 * Clients that were written for another backend say other words and read other shapes than our own. A family is a table
 * of those, onto native commands and events; a socket is of one, or of none, as native clients are. One that doesn't say
 * which is taken for native until it says a word that only one family has. (The family of those that never do, `unbound`,
 * has the words of all others and ChatApp's shapes: it comes with ChatApp.)
 */
import type { Alias, Command } from '@parley/protocol/define'
import type { z } from 'zod'
import type { Said } from '../core/live.ts'
import { withUnderscoreIds } from './http-answer.ts'

export interface FamilyCommand {
  /** What is done. */
  readonly native: Command
  /** Takes what the family's clients send; what comes out is the native command's input. */
  readonly input: z.ZodType
  /** What they are answered, made of the native answer. Absent: that very answer. */
  readonly answer?: Alias['answer']
  /**
   * Members in which they give an id of their own, the first that is there. It is told back in the acknowledgement, and
   * otherwise does what is known of such ids in `resends.ts`: it fills the native input's `tempId`.
   */
  readonly ownIds?: readonly string[]
}

/** How a native event is told. */
export type Told = (payload: never) => readonly [name: string, payload: unknown]

/** What native clients say by themselves once they are let in, and this family's don't. */
export interface Opening {
  readonly command: Command
  readonly input: object
  /** What its answer is told as. */
  readonly events: (output: never) => readonly Said[]
}

export interface Family {
  readonly name: string
  /** Which names of events no other family has. */
  readonly boundBy: RegExp
  /** By the name under which its clients say it. */
  readonly commands: ReadonlyMap<string, FamilyCommand>
  /** By the native event's name; of what is absent its clients hear nothing. `_id` is added to what has an `id`. */
  readonly events: ReadonlyMap<string, Told>
  readonly openings: readonly Opening[]
}

/** Another backend: its family of sockets, and the addresses that it had for requests. */
export interface Origin extends Family {
  readonly aliases: readonly Alias[]
}

export interface Families {
  readonly all: readonly Family[]
  /** By the origin of a page (RFC 6454), such as https://old.example, the name of the family that its sockets are of. */
  readonly pages: ReadonlyMap<string, string>
}

/** What a family's clients are told where native ones are told `name` and `payload`; null where that is nothing. */
export function said(family: Family | null, name: string, payload: unknown): readonly [name: string, payload: unknown] | null {
  if (family === null) return [name, payload]
  const tell = family.events.get(name)
  if (tell === undefined) return null
  const [ownName, ownPayload] = tell(payload as never)
  return [ownName, withUnderscoreIds(ownPayload)]
}

/** What a client is answered whose command was done. */
export const acknowledgement = (family: Family | null, output: object): object => ({
  success: true,
  ...(family === null ? output : (withUnderscoreIds(output) as object)),
})
