/** The log, arranged by what was attempted: a message with all attempts to send it, a change, a chat. */
import type { Action, Entry, EntryOf, Reading, Result } from '../history.ts'

export interface Ok extends Result {
  readonly order: number
}

interface Refusal {
  readonly order: number
  /** When the refused attempt began. */
  readonly invoked: number
  readonly code: string
}

/** All attempts of one person to send one text under one client id. Every text of a run is different. */
export interface SendFacts {
  readonly chatId: string
  readonly userId: string
  readonly clientId: string
  readonly text: string
  readonly invoked: number
  readonly oks: Ok[]
  readonly refusals: Refusal[]
  /** Attempts that may have happened for all that the client knows. */
  unknown: number
}

/** One attempt to change something. */
export interface ChangeFacts {
  readonly chatId: string
  readonly userId: string
  readonly action: Exclude<Action, { name: 'send' }>
  readonly invoked: number
  ok: Ok | null
  refused: boolean
}

export interface Digest {
  readonly entries: readonly Entry[]
  readonly sends: readonly SendFacts[]
  /** Sends of another text under a client id that had one already, and that were acknowledged for all that. */
  readonly echoes: readonly SendFacts[]
  readonly changes: readonly ChangeFacts[]
  readonly seen: readonly EntryOf<'seen'>[]
  readonly readings: readonly Reading[]
  readonly sendsByText: ReadonlyMap<string, SendFacts>
  /** For each chat the reading that shows the most. */
  readonly fullest: ReadonlyMap<string, Reading>
}

export function digest(entries: readonly Entry[], readings: readonly Reading[]): Digest {
  const sends = new Map<string, SendFacts>()
  const changes: ChangeFacts[] = []
  const attempts = new Map<string, { invoked: number; facts: SendFacts | ChangeFacts }>()
  for (const entry of entries) {
    if (entry.kind === 'invoke') attempts.set(entry.operation, { invoked: entry.order, facts: begun(entry, sends, changes) })
    else if (entry.kind === 'ok' || entry.kind === 'fail' || entry.kind === 'info') {
      const attempt = attempts.get(entry.operation)
      if (attempt === undefined) throw new Error(`unable to check; the log ends an attempt that it never began: ${JSON.stringify(entry)}`)
      attempts.delete(entry.operation)
      settle(attempt.facts, entry, attempt.invoked)
    }
  }
  // Whatever never ended may have happened as well.
  for (const { facts } of attempts.values()) if ('oks' in facts) facts.unknown++
  const fullest = new Map<string, Reading>()
  for (const reading of readings) {
    if (reading.messages.length >= (fullest.get(reading.chatId)?.messages.length ?? 0)) fullest.set(reading.chatId, reading)
  }
  const used = new Set<string>()
  const originals: SendFacts[] = []
  const echoes: SendFacts[] = []
  for (const facts of sends.values()) {
    const key = `${facts.userId} ${facts.clientId}`
    const repeated = facts.oks.length > 0 && used.has(key)
    if (repeated) echoes.push(facts)
    else originals.push(facts)
    if (facts.oks.length > 0) used.add(key)
  }
  return {
    ...{ entries, changes, readings, fullest, echoes },
    sends: originals,
    seen: entries.filter((entry) => entry.kind === 'seen'),
    sendsByText: new Map([...sends.values()].map((facts) => [facts.text, facts])),
  }
}

function begun(entry: EntryOf<'invoke'>, sends: Map<string, SendFacts>, changes: ChangeFacts[]): SendFacts | ChangeFacts {
  const { action, chatId, userId, order } = entry
  if (action.name !== 'send') {
    const facts: ChangeFacts = { chatId, userId, action, invoked: order, ok: null, refused: false }
    changes.push(facts)
    return facts
  }
  const key = `${userId} ${action.clientId} ${action.text}`
  const known = sends.get(key)
  if (known !== undefined) return known
  const { clientId, text } = action
  const facts: SendFacts = { chatId, userId, clientId, text, invoked: order, oks: [], refusals: [], unknown: 0 }
  sends.set(key, facts)
  return facts
}

function settle(facts: SendFacts | ChangeFacts, entry: EntryOf<'ok' | 'fail' | 'info'>, invoked: number): void {
  const isSend = 'oks' in facts
  if (entry.kind === 'ok') {
    const ok = { ...entry.result, order: entry.order }
    if (isSend) facts.oks.push(ok)
    else facts.ok = ok
  } else if (entry.kind === 'fail' && !entry.retryable) {
    if (isSend) facts.refusals.push({ order: entry.order, invoked, code: entry.code })
    else facts.refused = true
  } else if (isSend) {
    facts.unknown++
  }
}

/** Refused for good: no attempt succeeded, and what was refused wasn't merely a login. */
export const isRefused = ({ oks, refusals }: SendFacts): boolean =>
  oks.length === 0 && refusals.some(({ code }) => code !== 'UNAUTHENTICATED')
