import { type ChatHead, syncPage } from '@parley/protocol/streams'
import type { Heads, HeadsWanted } from '../streams/streams.module.ts'
import { type ChangedRow, selectChanged } from './chat-heads.queries.ts'
import type { ChatsDeps } from './chats.deps.ts'

/** Chats of more members keep positions to themselves. */
const toldMembers = 256
/** How many positions a page holds: it's in memory as a whole. */
const pagePositions = 10_000

/**
 * A page of what a list shows of the chats that changed. Which ones is read first and how each stands afterwards, so
 * that what happens in between is either told already or is after the moment that the next question asks from.
 */
export async function changedHeads(deps: ChatsDeps, viewerId: string, wanted: HeadsWanted): Promise<Heads> {
  const rows = await selectChanged(deps.database.query, viewerId, { ...wanted, limit: syncPage + 1 })
  const page = firstOf(rows)
  return {
    heads: await headsOf(deps, viewerId, page),
    last: page.at(-1)?.chat_id ?? null,
    more: rows.length > page.length,
  }
}

/** As many as a page holds; one at least. */
function firstOf(rows: readonly ChangedRow[]): ChangedRow[] {
  let positions = 0
  return rows.slice(0, syncPage).filter((row, index) => {
    positions += told(row) ? row.members : 0
    return index === 0 || positions <= pagePositions
  })
}

const told = ({ members }: ChangedRow): boolean => members <= toldMembers

/** The viewer may have left some of them since; nothing is shown of these (P1). */
async function headsOf({ messages }: ChatsDeps, viewerId: string, rows: readonly ChangedRow[]): Promise<ChatHead[]> {
  const ids = rows.map((row) => row.chat_id)
  const standings = await messages.standings(viewerId, ids)
  const positions = Map.groupBy(await messages.positions(rows.filter(told).map((row) => row.chat_id)), (row) => row.chat_id)
  const newest = await messages.newest(viewerId, ids)
  return rows.flatMap(({ chat_id: chatId, blocked }): ChatHead[] => {
    const standing = standings.get(chatId)
    if (standing === undefined) return []
    const shown = (positions.get(chatId) ?? []).filter((row) => !blocked || row.user_id === viewerId)
    return [
      {
        chatId,
        lastSeq: standing.last_seq,
        unreadCount: standing.unread,
        lastMessage: newest.get(chatId) ?? null,
        positions: shown.map((row) => ({ userId: row.user_id, deliveredSeq: row.delivered_seq, readSeq: row.read_seq })),
      },
    ]
  })
}
