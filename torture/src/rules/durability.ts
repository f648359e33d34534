/** D1: what was acknowledged or shown is there. D2: what was refused is nowhere. */
import type { ReadMessage } from '../history.ts'
import { type ChangeFacts, isRefused, type SendFacts } from './facts.ts'
import type { Rule } from './rule.ts'

export const acknowledgedLasts: Rule = ({ sends, changes, stored }, accuse) => {
  const say = (what: string, evidence: unknown) => accuse({ rule: 'D1', kind: 'lost', what, evidence })

  function lostSend(send: SendFacts, textsOf: (messageId: string) => readonly (string | null)[]): void {
    const [ok] = send.oks
    if (ok === undefined) return
    const message = stored.messages.get(ok.messageId ?? '')
    if (message === undefined) say('an acknowledged message is not in the history', { send })
    else if (message.seq !== ok.seq || message.chat !== send.chat)
      say('a message is not where it was acknowledged to be', { send, message })
    else if (message.text !== send.text && (message.rev === message.seq || !textsOf(message.id).includes(message.text))) {
      say('a message does not say what was sent', { send, message })
    }
  }

  function lostChange(change: ChangeFacts): void {
    const { action, ok } = change
    if (ok === null || !('messageId' in action)) return
    const message = stored.messages.get(action.messageId)
    if (message === undefined || message.rev < ok.rev) say(`an acknowledged ${action.name} did not last`, { change, message })
    else if (message.rev > ok.rev) {
      if (action.name === 'delete' && message.text !== null) say('a deleted message still says something', { change, message })
    } else if (!tookEffect(change, message)) say(`an acknowledged ${action.name} shows no effect`, { change, message })
  }

  return {
    observe(entry) {
      if (entry.kind !== 'seen' || entry.event !== 'new_message' || stored.messages.has(entry.messageId ?? '')) return
      say('a message was shown and is not in the history', entry)
    },
    conclude() {
      const texts = textsByMessage(changes)
      for (const send of sends.values()) lostSend(send, (id) => texts.get(id) ?? [])
      for (const change of changes) lostChange(change)
    },
  }
}

/** What a message may say since it was sent; null once somebody may have deleted it. */
function textsByMessage(changes: readonly ChangeFacts[]): Map<string, (string | null)[]> {
  const texts = new Map<string, (string | null)[]>()
  for (const { action, refused } of changes) {
    if (refused || (action.name !== 'edit' && action.name !== 'delete')) continue
    const known = texts.get(action.messageId) ?? []
    known.push(action.name === 'edit' ? action.text : null)
    texts.set(action.messageId, known)
  }
  return texts
}

/** Whether the message shows the change that was the last to touch it. */
function tookEffect({ action, person }: ChangeFacts, { text, reactions }: ReadMessage): boolean {
  if (action.name === 'edit') return text === action.text
  if (action.name === 'delete') return text === null
  if (action.name === 'react') return reactions.includes(`${person} ${action.emoji}`)
  return action.name !== 'unreact' || !reactions.includes(`${person} ${action.emoji}`)
}

export const refusedIsNowhere: Rule = ({ sends, edits, stored }, accuse) => ({
  conclude() {
    const say = (evidence: unknown) => accuse({ rule: 'D2', kind: 'refused', what: 'what was refused was delivered', evidence })
    const refused = (text: string) => {
      const send = sends.get(text)
      return send === undefined ? (edits.get(text)?.refused ?? false) : isRefused(send)
    }
    for (const send of sends.values()) if (send.shown && isRefused(send)) say(send)
    for (const edit of edits.values()) if (edit.shown && edit.refused) say(edit)
    for (const message of stored.messages.values()) if (message.text !== null && refused(message.text)) say(message)
  },
})
