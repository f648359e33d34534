import { type ChatHead, syncPage } from '@parley/protocol/streams'
import type { Standing } from '../messages/messages.module.ts'
import type { Heads, HeadsWanted } from '../streams/streams.module.ts'
import { type ChangedRow, selectChanged } from './chat-heads.queries.ts'
import type { ChatsDeps } from './chats.deps.ts'

/** Chats of more members keep positions to themselves. */
const toldMembers = 256
/** How many positions, and letters of messages, a page holds: it's in memory as a whole. */
const pagePositions = 10_000
const pageLetters = 500_000

/**
 * A page of what a list shows of the chats that changed. Which ones is read first and how each stands afterwards, so
 * that what happens in between is either told already or is after the moment that the next question asks from.
 */
export async function changedHeads(deps: ChatsDeps, viewerId: string, wanted: HeadsWanted): Promise<Heads> {
  const rows = await selectChanged(deps.database.query, viewerId, { ...wanted, limit: syncPage + 1 })
  const page = upTo(rows.slice(0, syncPage), pagePositions, (row) => (told(row) ? row.members : 0))
  const all = await headsOf(deps, viewerId, page)
  const heads = upTo(all, pageLetters, lettersIn)
  const last = heads.length < all.length ? heads.at(-1)?.chatId : page.at(-1)?.chat_id
  return { heads, last: last ?? null, more: rows.length > page.length || heads.length < all.length }
}

/** As many of the first as are within the limit together; one at least. */
function upTo<Item>(items: readonly Item[], limit: number, sizeOf: (item: Item) => number): Item[] {
  let sum = 0
  return items.filter((item, index) => {
    sum += sizeOf(item)
    return index === 0 || sum <= limit
  })
}

const lettersIn = ({ lastMessage }: ChatHead): number =>
  (lastMessage?.content?.text.length ?? 0) + (lastMessage?.replyTo?.content?.text.length ?? 0)

const told = ({ members }: ChangedRow): boolean => members <= toldMembers

/** The viewer may have left some of them since; nothing is shown of these (P1). */
async function headsOf({ messages }: ChatsDeps, viewerId: string, rows: readonly ChangedRow[]): Promise<ChatHead[]> {
  const ids = rows.map((row) => row.chat_id)
  const standings = await messages.standings(viewerId, ids)
  const positions = Map.groupBy(await messages.positions(rows.filter(told).map((row) => row.chat_id)), (row) => row.chat_id)
  const newest = await messages.newest(viewerId, ids)
  return rows.flatMap((row): ChatHead[] => {
    const { chat_id: chatId, blocked } = row
    const standing = standings.get(chatId)
    if (standing === undefined) return []
    const others = blocked ? [] : (positions.get(chatId) ?? []).filter(({ user_id }) => user_id !== viewerId)
    // One's own is of the moment at which what is unread was counted (S2).
    const own = told(row) && standing.delivered_seq > 0 ? [standing] : []
    return [
      {
        chatId,
        lastSeq: standing.last_seq,
        unreadCount: standing.unread,
        lastMessage: newest.get(chatId) ?? null,
        positions: [...own, ...others].map(presentPosition),
      },
    ]
  })
}

const presentPosition = ({ user_id, delivered_seq, read_seq }: Pick<Standing, 'user_id' | 'delivered_seq' | 'read_seq'>) => ({
  userId: user_id,
  deliveredSeq: delivered_seq,
  readSeq: read_seq,
})
