/** P1: nobody sees a message of a time at which they were not in its chat, neither live nor in the history. */
import type { Digest } from './digest.ts'
import type { Violation } from './violation.ts'

/** From the first moment at which somebody may have been a member to the last, by places in the log. */
interface Stay {
  readonly from: number
  until: number
}

type Stays = ReadonlyMap<string, readonly Stay[]>

const keyOf = (chatId: string, userId: string) => `${chatId} ${userId}`

/** A stay begins when somebody begins to add the person, and ends when the removal is acknowledged. */
function staysOf({ changes }: Digest): Stays {
  const stays = new Map<string, Stay[]>()
  const begin = (chatId: string, userId: string, from: number) => {
    const key = keyOf(chatId, userId)
    stays.set(key, [...(stays.get(key) ?? []), { from, until: Number.POSITIVE_INFINITY }])
  }
  for (const { chatId, action, invoked, ok, refused } of changes) {
    if (refused) continue
    if (action.name === 'create') for (const userId of action.memberIds) begin(chatId, userId, invoked)
    else if (action.name === 'add') begin(chatId, action.memberId, invoked)
    else if (action.name === 'remove' && ok !== null) {
      for (const stay of stays.get(keyOf(chatId, action.memberId)) ?? []) {
        // A removal under way while somebody is added again ends only what began before it.
        if (stay.from < invoked) stay.until = Math.min(stay.until, ok.order)
      }
    }
  }
  return stays
}

/** From when on a text may have existed, and from when on it surely did. */
interface Birth {
  readonly earliest: number
  readonly latest: number
}

function birthsOf({ sends, changes }: Digest): Map<string, Birth> {
  const ofSends = sends.map(
    ({ text, invoked, oks }) => [text, { earliest: invoked, latest: oks[0]?.order ?? Number.POSITIVE_INFINITY }] as const,
  )
  // Editing an old message shows it to nobody new, so an edit has no latest moment of its own.
  const ofEdits = changes.flatMap(({ action, invoked }) =>
    action.name === 'edit' ? [[action.text, { earliest: invoked, latest: Number.POSITIVE_INFINITY }] as const] : [],
  )
  return new Map([...ofSends, ...ofEdits])
}

export function leaks(facts: Digest): Violation[] {
  const stays = staysOf(facts)
  const births = birthsOf(facts)
  const mayHold = (chatId: string, userId: string, text: string | null) => {
    const periods = stays.get(keyOf(chatId, userId)) ?? []
    const birth = births.get(text ?? '')
    return birth === undefined ? periods.length > 0 : periods.some(({ from, until }) => birth.earliest < until && birth.latest > from)
  }
  const live = facts.seen
    .filter(({ chatId, userId, text }) => !mayHold(chatId, userId, text))
    .map((evidence): Violation => ({ rule: 'P1', kind: 'leaks', what: 'somebody was shown a message that is not for them', evidence }))
  const read = facts.readings.flatMap(({ chatId, readerId, messages }) => {
    const isMember = stays.get(keyOf(chatId, readerId))?.some(({ until }) => until === Number.POSITIVE_INFINITY) ?? false
    return messages
      .filter(({ text }) => !isMember || (text !== null && !mayHold(chatId, readerId, text)))
      .map(
        (message): Violation => ({
          rule: 'P1',
          kind: 'leaks',
          what: 'somebody reads a message that is not for them',
          evidence: { readerId, message },
        }),
      )
  })
  return [...live, ...read]
}
