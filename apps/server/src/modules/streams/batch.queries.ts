/**
 * The two statements of the write queue, each a transaction of its own. Both lock the heads in order of chat_id, so
 * that batches of several processes can't deadlock, and take numbers only where access is still what the sender's right
 * to write was checked against; the locked row is read fresh even if the statement had to wait for it.
 * Columns are handed in as arrays, because a statement's cost hardly grows with its rows.
 */
import type { Draft } from './draft.ts'

const columns = 'id, chat_id, sender_id, client_id, request_hash, content, reply_to, mentions, created_at'

const lockAndNumber = `
heads as materialized (
  select head.chat_id, want.sends
  from chat_heads head join want using (chat_id)
  where head.access = want.access
  order by head.chat_id
  for update of head
), numbered as (
  update chat_heads head
  set last_seq = head.last_seq + heads.sends, active_at = now()
  from heads
  where head.chat_id = heads.chat_id
  returning head.chat_id, head.last_seq - heads.sends as base, heads.sends
), followed as (
  insert into stream_outbox (chat_id, from_seq, to_seq)
  select chat_id, base + 1, base + sends from numbered
)`

/** Fails as a whole (23505) when a client id is known already. Returns [chat_id, base]: the nth send of a chat has base + n. */
export const storeBatch = `
with want as materialized (
  select * from unnest($1::uuid[], $2::int8[], $3::int8[]) as want (chat_id, sends, access)
), ${lockAndNumber}, stored as (
  insert into messages (${columns}, seq, rev)
  select send.id, send.chat_id, send.sender_id, send.client_id, send.request_hash, send.content, send.reply_to, send.mentions,
         to_timestamp(send.created_at / 1000), numbered.base + send.place, numbered.base + send.place
  from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::jsonb[], $10::uuid[], $11::jsonb[], $12::float8[], $13::int4[])
    as send (${columns}, place)
  join numbered using (chat_id)
)
select chat_id, base from numbered`

/** Leaves known client ids out. Returns [draft id, stored id, seq, request_hash, whether it was known] for each that is stored now. */
export const storeUnknown = `
with sends as materialized (
  select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::jsonb[], $7::uuid[], $8::jsonb[], $9::float8[], $10::int8[])
    with ordinality as send (${columns}, access, place)
), known as materialized (
  select sends.id as draft_id, message.id, message.seq, message.request_hash
  from sends join messages message using (sender_id, client_id)
), fresh as materialized (
  select sends.*, row_number() over (partition by chat_id order by place) as nth
  from sends where not exists (select from known where known.draft_id = sends.id)
), want as materialized (
  select chat_id, count(*) as sends, min(access) as access from fresh group by chat_id
), ${lockAndNumber}, stored as (
  insert into messages (${columns}, seq, rev)
  select fresh.id, fresh.chat_id, fresh.sender_id, fresh.client_id, fresh.request_hash, fresh.content, fresh.reply_to, fresh.mentions,
         to_timestamp(fresh.created_at / 1000), numbered.base + fresh.nth, numbered.base + fresh.nth
  from fresh join numbered using (chat_id)
  returning id, seq, request_hash
)
select id, id, seq, request_hash, false from stored
union all select draft_id, id, seq, request_hash, true from known`

/** An array literal of values that need no quoting: ids, numbers, hashes. */
const plain = (values: Iterable<string | number | null>): string => `{${Array.from(values, (value) => value ?? 'NULL').join(',')}}`

/** An array literal of JSON texts. They hold no raw control characters, so escaping quotes and backslashes is all that JSON.stringify does here. */
const quoted = (values: Iterable<string>): string => `{${Array.from(values, (value) => JSON.stringify(value)).join(',')}}`

const rowValues = (drafts: readonly Draft[]): string[] => [
  plain(drafts.map((draft) => draft.id)),
  plain(drafts.map((draft) => draft.chatId)),
  plain(drafts.map((draft) => draft.senderId)),
  plain(drafts.map((draft) => draft.clientId)),
  plain(drafts.map((draft) => draft.requestHash)),
  quoted(drafts.map((draft) => draft.content)),
  plain(drafts.map((draft) => draft.replyTo)),
  quoted(drafts.map((draft) => draft.mentions)),
  plain(drafts.map((draft) => draft.createdAt)),
]

export interface ChatShare {
  sends: number
  access: number
}

/** `places` says the how-manieth of its chat each draft is, from 1. */
export const storeBatchValues = (drafts: readonly Draft[], shares: ReadonlyMap<string, ChatShare>, places: readonly number[]): string[] => [
  plain(shares.keys()),
  plain(Array.from(shares.values(), (share) => share.sends)),
  plain(Array.from(shares.values(), (share) => share.access)),
  ...rowValues(drafts),
  plain(places),
]

export const storeUnknownValues = (drafts: readonly Draft[]): string[] => [...rowValues(drafts), plain(drafts.map((draft) => draft.access))]
