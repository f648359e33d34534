/** Long histories, which nobody waits for to be sent: they are written into the tables. */
import type { ParleyTarget } from './parley.ts'
import type { ParleyChat } from './parley-chat.ts'
import type { Person } from './people.ts'
import { numberMark, textLength } from './target.ts'

export interface History {
  readonly chatId: string
  /** A member who may read all of it, and wrote nothing. */
  readonly reader: Person
  readonly count: number
  /** The places of its first and its last message. */
  readonly first: number
  readonly last: number
}

const writers = 10
const atOnce = 500_000

/** Writes so many messages into a chat, a second apart, the last of them now; says on stderr how far it is. Servers have to begin anew afterwards. */
export async function fillHistory(parley: ParleyTarget, chat: ParleyChat, count: number): Promise<History> {
  const first = (await chat.head()) + 1
  const last = first + count - 1
  for (let from = first; from <= last; from += atOnce) {
    const to = Math.min(last, from + atOnce - 1)
    await parley.sql(insertion(chat, from, to, last))
    process.stderr.write(`${parley.name}: ${(to - first + 1).toLocaleString('en')} of ${count.toLocaleString('en')} messages are written\n`)
  }
  await parley.sql(`update chat_heads set last_seq = ${last}, active_at = now() where chat_id = '${chat.id}'`)
  for (const upkeep of ['vacuum (analyze) messages', 'vacuum (analyze) chat_heads', 'checkpoint']) await parley.sql(upkeep)
  return { ...{ chatId: chat.id, count, first, last }, reader: chat.people.at(-1) as Person }
}

/**
 * Ids as the server makes them, from the time on (RFC 9562, version 7), and client ids the same, which spares the index of those its
 * random order. All that foreign keys ask for is there, so they aren't looked up twenty million times.
 */
function insertion(chat: ParleyChat, from: number, to: number, last: number): string {
  const senders = chat.people.slice(0, Math.min(writers, chat.size - 1)).map(({ id }) => `'${id}'`)
  return `
    set session_replication_role = replica;
    insert into messages (id, chat_id, seq, rev, sender_id, client_id, request_hash, content, created_at)
    select id, '${chat.id}', seq, seq, (array[${senders}]::uuid[])[1 + seq % ${senders.length}], id, left(hash || hash, 43),
           jsonb_build_object('type', 'text', 'text', rpad('${numberMark}' || seq || ' ', ${textLength}, 'x')), at
    from (
      select seq, at, hash,
             (lpad(to_hex((extract(epoch from at) * 1000)::int8), 12, '0') || '7' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid as id
      from (
        select seq, now() - (${last} - seq) * interval '1 second' as at, md5(random()::text) as hash
        from generate_series(${from}, ${to}) seq
      ) numbered
    ) identified`
}
