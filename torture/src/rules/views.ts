/** O3: what a client shows that applied the stream is what history shows, in the range that it loaded. C1: and all that there is. */
import type { EntryOf } from '../history.ts'
import { hiddenBy, sameMessage } from './completeness.ts'
import type { Rule } from './rule.ts'

export const viewsShowHistory: Rule = (facts, accuse) => {
  const views: EntryOf<'view'>[] = []
  return {
    observe(entry) {
      if (entry.kind === 'view') views.push(entry)
    },
    conclude() {
      const hidden = hiddenBy(facts)
      for (const { client, person, chat, state, appliedSeq, hasOlder, messages: shown } of views) {
        const reading = facts.stored.reading(person, chat)
        const head = facts.stored.heads.get(chat) ?? 0
        const about = { client, chat, state, appliedSeq, head }
        if (state !== 'live' || appliedSeq < head) {
          accuse({ rule: 'C1', kind: 'stale', what: 'a view has not come to the end of its chat', evidence: about })
          continue
        }
        const first = hasOlder ? (shown[0]?.seq ?? head + 1) : 0
        const expected = (reading?.messages ?? []).filter(({ seq, id }) => seq >= first && !hidden(person, id))
        const visible = shown.filter(({ id }) => !hidden(person, id))
        const at = expected.findIndex((message, index) => visible[index] === undefined || !sameMessage(visible[index], message))
        if (at < 0 && visible.length === expected.length) continue
        const evidence = { ...about, shown: visible.length, expected: expected.length, differs: [visible[at], expected[at]] }
        accuse({ rule: 'O3', kind: 'stale', what: 'a view shows something else than history', evidence })
      }
    },
  }
}
