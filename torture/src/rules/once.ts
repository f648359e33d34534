/** E1: one client id, one message. E2: one change, once. */
import type { SendFacts } from './facts.ts'
import type { Rule } from './rule.ts'

/** Whoever asks again is answered as at first. */
export const sameAnswer: Rule = ({ sends, changes }, accuse) => {
  const say = (what: string, evidence: unknown) => accuse({ rule: 'E1', kind: 'doubled', what, evidence })
  const answer = (send: SendFacts) => {
    const [first, ...repeats] = send.oks
    if (first === undefined) return
    if (repeats.some(({ messageId, seq }) => messageId !== first.messageId || seq !== first.seq)) {
      say('a retry was given another message than the first attempt', send)
    } else if (send.refusals.some(({ invoked, code }) => invoked > first.order && code !== 'UNAUTHENTICATED')) {
      say('a retry of an acknowledged send was refused', send)
    }
  }
  return {
    conclude() {
      // The same client id with another text is refused, unless the message is gone, and with it what it said.
      const deleted = new Set(changes.flatMap(({ action, refused }) => (action.name === 'delete' && !refused ? [action.messageId] : [])))
      for (const send of sends.values()) {
        if (!send.echo) answer(send)
        else if (send.oks.some(({ messageId }) => messageId === null || !deleted.has(messageId))) {
          say('another text was acknowledged under a used client id', send)
        }
      }
    },
  }
}

/** Messages under one client id, whoever tells of them: acknowledgements, live events, history. */
export const oneMessage: Rule = ({ sends, readings }, accuse) => {
  const messages = new Map<string, string>()
  const note = (clientId: string | null | undefined, messageId: string | null) => {
    if (clientId === null || clientId === undefined || messageId === null) return
    const known = messages.get(clientId)
    if (known === undefined) messages.set(clientId, messageId)
    else if (known !== messageId) {
      accuse({
        rule: 'E1',
        kind: 'doubled',
        what: 'one client id has several messages',
        evidence: { clientId, messages: [known, messageId] },
      })
    }
  }
  return {
    observe(entry) {
      if (entry.kind === 'seen') note(entry.clientId, entry.messageId)
    },
    conclude() {
      for (const { clientId, oks } of sends.values()) for (const { messageId } of oks) note(clientId, messageId)
      for (const { reader, messages: read } of readings.histories) {
        const ids = new Set<string>()
        for (const message of read) {
          if (message.text !== null) note(sends.get(message.text)?.clientId, message.id)
          if (ids.has(message.id)) {
            accuse({ rule: 'E1', kind: 'doubled', what: 'a message stands in the history twice', evidence: { reader, message } })
          }
          ids.add(message.id)
        }
      }
    },
  }
}
