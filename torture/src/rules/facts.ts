/** The log, arranged by what was attempted: a message with all attempts to send it, a change; and who is on which connection. */
import type { Action, Entry, EntryOf, Result } from '../history.ts'
import type { Readings } from '../readings.ts'
import { Stored } from './stored.ts'

export interface Ok extends Result {
  readonly order: number
}

interface Refusal {
  /** When the refused attempt began. */
  readonly invoked: number
  readonly code: string
}

/** All attempts of one person to send one text under one client id. Every text of a run is different. */
export interface SendFacts {
  readonly chat: string
  readonly person: string
  readonly clientId: string
  readonly text: string
  readonly invoked: number
  readonly oks: Ok[]
  readonly refusals: Refusal[]
  /** Attempts that may have happened for all that the client knows. */
  unknown: number
  /** Whether anybody was shown it. */
  shown: boolean
  /** Acknowledged though its client id was another text's: an answer about that other message, deleted since. */
  echo: boolean
}

/** One attempt to change something. */
export interface ChangeFacts {
  readonly client: string
  readonly chat: string
  readonly person: string
  readonly action: Exclude<Action, { name: 'send' }>
  readonly invoked: number
  readonly begunAt: number
  ok: Ok | null
  refused: boolean
  shown: boolean
}

/** One attempt under way. */
export interface Attempt {
  readonly facts: SendFacts | ChangeFacts
  readonly invoked: number
  readonly begunAt: number
  readonly client: string
}

export interface Connection {
  readonly person: string
  readonly node: number
  /** When it began, as a place in the log and in milliseconds. */
  readonly order: number
  readonly at: number
  authenticated: boolean
}

export const isSend = (facts: SendFacts | ChangeFacts): facts is SendFacts => 'oks' in facts

/**
 * Refused for good: no attempt succeeded or may have, and what was refused wasn't merely a login. An attempt without an
 * answer may still be under way on another server while a later one is refused to somebody who is just being removed.
 */
export const isRefused = ({ oks, refusals, unknown }: SendFacts): boolean =>
  oks.length === 0 && unknown === 0 && refusals.some(({ code }) => code !== 'UNAUTHENTICATED')

export class Facts {
  readonly readings: Readings
  readonly stored: Stored
  readonly sends = new Map<string, SendFacts>()
  readonly changes: ChangeFacts[] = []
  readonly edits = new Map<string, ChangeFacts>()
  /** Connections that stand, by client. */
  readonly connections = new Map<string, Connection>()
  /** Faults that go on, by number. */
  readonly faults = new Map<number, EntryOf<'fault'>>()
  /** The attempt that the last ok, fail or info ended. */
  ended: Attempt | null = null
  attempts = 0
  kills = 0
  partitions = 0
  /** Attempts that haven't ended, by operation. */
  readonly underWay = new Map<string, Attempt>()
  /** The first text that was acknowledged under each client id. */
  readonly #acknowledged = new Map<string, string>()
  readonly #persons = new Map<string, string>()
  /** Faults that are over, each with when it ended. */
  readonly #past: { readonly fault: EntryOf<'fault'>; readonly at: number }[] = []

  constructor(readings: Readings) {
    this.readings = readings
    this.stored = new Stored(readings)
  }

  observe(entry: Entry): void {
    if (entry.kind === 'invoke') this.#begin(entry)
    else if (entry.kind === 'ok' || entry.kind === 'fail' || entry.kind === 'info') this.#end(entry)
    else if (entry.kind === 'seen') this.#show(entry)
    else if (entry.kind === 'connected') this.#connect(entry)
    else if (entry.kind === 'authenticated') this.#authenticate(entry.client)
    else if (entry.kind === 'disconnected') this.connections.delete(entry.client)
    else if (entry.kind === 'fault') this.#suffer(entry)
  }

  /** Whose device a client is. */
  personOf(client: string): string {
    return this.#persons.get(client) ?? client
  }

  /** Who was in a chat from its beginning to the end, as far as the log knows by now. */
  alwaysIn(chat: string): string[] {
    const here = this.changes.filter((change) => change.chat === chat)
    const moved = new Set(here.flatMap(({ action }) => ('member' in action ? [action.member] : [])))
    return here.flatMap(({ action }) => (action.name === 'create' ? action.members.filter((name) => !moved.has(name)) : []))
  }

  /** When, at this moment, something last went wrong that `counts`, in milliseconds; the moment itself where it still does. */
  lastTrouble(at: number, counts: (fault: EntryOf<'fault'>) => boolean = () => true): number {
    if ([...this.faults.values()].some(counts)) return at
    return this.#past.findLast(({ fault }) => counts(fault))?.at ?? Number.NEGATIVE_INFINITY
  }

  #begin({ action, chat, person, client, order, at, operation }: EntryOf<'invoke'>): void {
    const facts =
      action.name === 'send' ? this.#send(action, chat, person, order) : this.#change(action, { client, chat, person, order, at })
    this.#persons.set(client, person)
    this.underWay.set(operation, { facts, invoked: order, begunAt: at, client })
  }

  #send({ clientId, text }: Extract<Action, { name: 'send' }>, chat: string, person: string, invoked: number): SendFacts {
    this.attempts++
    const known = this.sends.get(text)
    if (known !== undefined) return known
    const facts: SendFacts = { chat, person, clientId, text, invoked, oks: [], refusals: [], unknown: 0, shown: false, echo: false }
    this.sends.set(text, facts)
    return facts
  }

  #change(
    action: ChangeFacts['action'],
    { client, chat, person, order, at }: { client: string; chat: string; person: string; order: number; at: number },
  ): ChangeFacts {
    const facts: ChangeFacts = { client, chat, person, action, invoked: order, begunAt: at, ok: null, refused: false, shown: false }
    // What somebody has read or is writing is decided on the way; there's too much of it to keep.
    if (action.name !== 'own' && action.name !== 'read' && action.name !== 'deliver') this.changes.push(facts)
    if (action.name === 'edit') this.edits.set(action.text, facts)
    return facts
  }

  #end(entry: EntryOf<'ok' | 'fail' | 'info'>): void {
    const attempt = this.underWay.get(entry.operation)
    if (attempt === undefined) throw new Error(`unable to check; the log ends an attempt that it never began: ${JSON.stringify(entry)}`)
    this.underWay.delete(entry.operation)
    this.ended = attempt
    const { facts, invoked } = attempt
    if (entry.kind === 'ok') {
      const ok = { ...entry.result, order: entry.order }
      if (isSend(facts)) this.#acknowledge(facts, ok)
      else facts.ok = ok
    } else if (entry.kind === 'fail' && !entry.retryable) {
      if (isSend(facts)) facts.refusals.push({ invoked, code: entry.code })
      else facts.refused = true
    } else if (isSend(facts)) facts.unknown++
  }

  #acknowledge(facts: SendFacts, ok: Ok): void {
    const first = this.#acknowledged.get(facts.clientId) ?? facts.text
    this.#acknowledged.set(facts.clientId, first)
    facts.echo = first !== facts.text
    facts.oks.push(ok)
  }

  #show({ text }: EntryOf<'seen'>): void {
    if (text === null) return
    const facts = this.sends.get(text) ?? this.edits.get(text)
    if (facts !== undefined) facts.shown = true
  }

  #connect({ client, person, node, order, at }: EntryOf<'connected'>): void {
    this.#persons.set(client, person)
    this.connections.set(client, { person, node, order, at, authenticated: false })
  }

  #authenticate(client: string): void {
    const connection = this.connections.get(client)
    if (connection !== undefined) connection.authenticated = true
  }

  #suffer(entry: EntryOf<'fault'>): void {
    if (entry.phase === 'begin') {
      this.faults.set(entry.number, entry)
      if (entry.what.startsWith('kill')) this.kills++
      if (entry.what.startsWith('partition')) this.partitions++
    } else {
      this.faults.delete(entry.number)
      this.#past.push({ fault: entry, at: entry.at })
    }
  }
}
