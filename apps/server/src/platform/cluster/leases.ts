/**
 * The cluster's SQL. Every time in it is the database's. `now()` is when a statement began and not when it looks: what it
 * sees of others' leases is at least as new, so that a lease which reads as over was over.
 */
import { sql } from 'kysely'
import type { Queries } from '../database/database.ts'

/** How long a process may write without having asked again, in milliseconds. */
export const leaseMs = 2000

const lease = sql`now() + ${leaseMs} * interval '1 millisecond'`

export interface Announcement {
  readonly id: string
  readonly topic: string
  readonly message: unknown
}

/** Prolongs a process's lease, or gives it one; resolves to whether there was one that had not run out. */
export async function renewLease(query: Queries, nodeId: string): Promise<boolean> {
  const { rows } = await sql<{ stood: boolean | null }>`
    with earlier as (select lease_until > now() as stood from nodes where id = ${nodeId})
    insert into nodes (id, lease_until) values (${nodeId}, ${lease})
    on conflict (id) do update set lease_until = excluded.lease_until
    returning (select stood from earlier) as stood`.execute(query)
  return rows[0]?.stood === true
}

export async function endLease(query: Queries, nodeId: string): Promise<void> {
  await query.deleteFrom('nodes').where('id', '=', nodeId).execute()
}

/** Whose lease stands, in order. */
export async function selectLiveNodes(query: Queries): Promise<string[]> {
  const rows = await query.selectFrom('nodes').select('id').where('lease_until', '>', sql<Date>`now()`).orderBy('id').execute()
  return rows.map(({ id }) => id)
}

/** Stored together with the receipt of the process that announces it. Storing it twice is storing it once. */
export async function insertAnnouncement(query: Queries, { id, topic, message }: Announcement, nodeId: string): Promise<void> {
  await sql`
    with announced as (
      insert into announcements (id, topic, message) values (${id}, ${topic}, ${JSON.stringify(message)})
      on conflict (id) do nothing returning id
    )
    insert into announcement_receipts (announcement_id, node_id) select id, ${nodeId} from announced`.execute(query)
}

/** What a process has no receipt of. */
export async function selectPending(query: Queries, nodeId: string): Promise<Announcement[]> {
  return await query
    .selectFrom('announcements')
    .select(['id', 'topic', 'message'])
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('announcement_receipts')
            .whereRef('announcement_id', '=', 'announcements.id')
            .where('node_id', '=', nodeId)
            .select('node_id'),
        ),
      ),
    )
    .orderBy('id')
    .execute()
}

/** Nothing where the announcement is gone: whoever made it waits no longer. */
export async function insertReceipt(query: Queries, announcementId: string, nodeId: string): Promise<void> {
  await sql`
    insert into announcement_receipts (announcement_id, node_id)
    select id, ${nodeId} from announcements where id = ${announcementId} for key share
    on conflict do nothing`.execute(query)
}

/** Whether every process whose lease stands has its receipt. One that was deleted for its age waits for nobody any more, nor does anybody for it. */
export async function isConfirmed(query: Queries, announcementId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from announcements cross join nodes where announcements.id = ${announcementId} and lease_until > now()
      and not exists (select 1 from announcement_receipts where announcement_id = ${announcementId} and node_id = nodes.id)
    limit 1`.execute(query)
  return rows.length === 0
}

export async function deleteAnnouncement(query: Queries, id: string): Promise<void> {
  await query.deleteFrom('announcements').where('id', '=', id).execute()
}

/** What processes that died have left. */
export async function deleteLeftovers(query: Queries): Promise<void> {
  await sql`
    delete from announcements where id in
      (select id from announcements where created_at < now() - interval '1 minute' for update skip locked)`.execute(query)
  await sql`
    delete from nodes where id in
      (select id from nodes where lease_until < now() - interval '1 minute' for update skip locked)`.execute(query)
}
