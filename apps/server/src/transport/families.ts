/**
 * Clients that were written for another backend say other words and read other shapes than our own. A family is a table
 * of those, onto native commands and events. A socket belongs to one, or to none, which is a native client's.
 */
import type { Alias, Command } from '@parley/protocol/define'
import type { z } from 'zod'

/** What a client is told. */
export type Said = readonly [name: string, payload: unknown]

export interface FamilyCommand {
  /** What is done. */
  readonly native: Command
  /** Takes what the family's clients send; what comes out is the native command's input. */
  readonly input: z.ZodType
  /** The members of the acknowledgement beside `success: true`, made of the native ones. Absent: those. */
  readonly answer?: (output: never) => object
}

export interface Family {
  readonly name: string
  /** By the name under which its clients say it. */
  readonly commands: ReadonlyMap<string, FamilyCommand>
  /** By the native event's name; of what is absent its clients hear nothing. */
  readonly events: ReadonlyMap<string, (payload: never) => Said>
}

/** Another backend: its family of sockets, and the addresses that it had for requests. */
export interface Origin extends Family {
  readonly aliases: readonly Alias[]
}
