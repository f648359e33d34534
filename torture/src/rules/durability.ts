/** D1: what was acknowledged or shown is there. D2: what was refused is nowhere. E1: one client id, one message. */
import type { ReadMessage } from '../history.ts'
import { type ChangeFacts, type Digest, isRefused, type SendFacts } from './digest.ts'
import type { Violation } from './violation.ts'

type Stored = ReadonlyMap<string, ReadMessage>

const storedMessages = ({ fullest }: Digest): Stored =>
  new Map([...fullest.values()].flatMap(({ messages }) => messages).map((message) => [message.id, message]))

export function lost(facts: Digest): Violation[] {
  const stored = storedMessages(facts)
  const changes = changesByMessage(facts)
  const sends = facts.sends.flatMap((send) => lostSend(send, stored, changes))
  return [...sends, ...facts.changes.flatMap((change) => lostChange(change, stored)), ...shownButAbsent(facts, stored)]
}

function changesByMessage({ changes }: Digest): Map<string, ChangeFacts[]> {
  const byMessage = new Map<string, ChangeFacts[]>()
  for (const change of changes) {
    if (!('messageId' in change.action) || change.refused) continue
    byMessage.set(change.action.messageId, [...(byMessage.get(change.action.messageId) ?? []), change])
  }
  return byMessage
}

function lostSend(send: SendFacts, stored: Stored, changes: ReadonlyMap<string, ChangeFacts[]>): Violation[] {
  const [ok] = send.oks
  if (ok === undefined) return []
  const message = stored.get(ok.messageId ?? '')
  const say = (what: string): Violation[] => [{ rule: 'D1', kind: 'lost', what, evidence: { send, message } }]
  if (message === undefined) return say('an acknowledged message is not in the history')
  if (message.seq !== ok.seq) return say('a message is not at the position that was acknowledged')
  const later = message.rev === message.seq ? [] : (changes.get(message.id) ?? [])
  const texts = [send.text, ...later.map(({ action }) => ('text' in action ? action.text : null))]
  return texts.includes(message.text) ? [] : say('a message does not say what was sent')
}

function lostChange(change: ChangeFacts, stored: Stored): Violation[] {
  const { action, ok } = change
  if (ok === null || !('messageId' in action)) return []
  const message = stored.get(action.messageId)
  const say = (what: string): Violation[] => [{ rule: 'D1', kind: 'lost', what, evidence: { change, message } }]
  if (message === undefined || message.rev < ok.rev) return say(`an acknowledged ${action.name} did not last`)
  if (action.name === 'delete') return message.text === null ? [] : say('a deleted message still says something')
  return message.rev > ok.rev || message.text === action.text ? [] : say('an acknowledged edit is not what the message says')
}

function shownButAbsent({ seen }: Digest, stored: Stored): Violation[] {
  return seen
    .filter(({ event, messageId }) => event === 'new_message' && !stored.has(messageId ?? ''))
    .map((entry) => ({ rule: 'D1', kind: 'lost', what: 'a message was shown and is not in the history', evidence: entry }))
}

export function deliveredThoughRefused(facts: Digest): Violation[] {
  const refusedSends = facts.sends.filter(isRefused).map(({ text }) => text)
  const refusedEdits = facts.changes.flatMap(({ action, refused }) => (refused && action.name === 'edit' ? [action.text] : []))
  const texts = new Set([...refusedSends, ...refusedEdits])
  const shown = [...facts.seen, ...facts.readings.flatMap(({ messages }) => messages)]
  return shown
    .filter(({ text }) => text !== null && texts.has(text))
    .map((evidence) => ({ rule: 'D2', kind: 'refused', what: 'what was refused was delivered', evidence }))
}

export function doubled(facts: Digest): Violation[] {
  const answers = facts.sends.flatMap((send): Violation[] => {
    const [first, ...repeats] = send.oks
    if (first === undefined) return []
    const say = (what: string): Violation[] => [{ rule: 'E1', kind: 'doubled', what, evidence: send }]
    if (repeats.some(({ messageId, seq }) => messageId !== first.messageId || seq !== first.seq))
      return say('a retry was given another message than the first attempt')
    return send.refusals.some(({ invoked }) => invoked > first.order) ? say('a retry of an acknowledged send was refused') : []
  })
  return [...answers, ...acceptedEchoes(facts), ...severalUnderOneId(facts), ...twiceInHistory(facts)]
}

/** The same client id with another text is refused, unless the message is gone, and with it what it said. */
function acceptedEchoes({ echoes, changes }: Digest): Violation[] {
  const deleted = new Set(changes.flatMap(({ action, refused }) => (action.name === 'delete' && !refused ? [action.messageId] : [])))
  return echoes
    .filter(({ oks }) => oks.some(({ messageId }) => messageId === null || !deleted.has(messageId)))
    .map((evidence) => ({ rule: 'E1', kind: 'doubled', what: 'another text was acknowledged under a used client id', evidence }))
}

/** Messages under one client id, whoever tells of them: acknowledgements, live events, history. */
function severalUnderOneId({ sends, sendsByText, seen, fullest }: Digest): Violation[] {
  const ids = new Map<string, Set<string>>()
  const note = (userId: string | null, clientId: string | null, messageId: string | null) => {
    if (userId === null || clientId === null || messageId === null) return
    const key = `${userId} ${clientId}`
    ids.set(key, (ids.get(key) ?? new Set()).add(messageId))
  }
  for (const { userId, clientId, oks } of sends) for (const { messageId } of oks) note(userId, clientId, messageId)
  for (const { senderId, clientId, messageId } of seen) note(senderId, clientId, messageId)
  for (const { id, text } of [...fullest.values()].flatMap(({ messages }) => messages)) {
    const send = text === null ? undefined : sendsByText.get(text)
    if (send !== undefined) note(send.userId, send.clientId, id)
  }
  return [...ids]
    .filter(([, messages]) => messages.size > 1)
    .map(([key, messages]) => ({
      rule: 'E1',
      kind: 'doubled',
      what: 'one client id has several messages',
      evidence: { key, messages: [...messages] },
    }))
}

function twiceInHistory({ fullest }: Digest): Violation[] {
  return [...fullest.values()].flatMap(({ messages }) => {
    const ids = new Set<string>()
    return messages
      .filter(({ id }) => ids.has(id) || !ids.add(id))
      .map((evidence): Violation => ({ rule: 'E1', kind: 'doubled', what: 'a message stands in the history twice', evidence }))
  })
}
