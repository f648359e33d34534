/** Mail and text messages kept in the database instead of being sent: what both ports do where no provider is configured. */
import type { OutboxMessage } from '@parley/protocol/operations'
import { newId } from '../../core/ids.ts'
import type { Database } from '../database/database.ts'
import type { Mailer } from '../mail/mail.ts'
import type { SmsSender } from '../sms/sms.ts'

export interface Outbox {
  readonly mailer: Mailer
  readonly smsSender: SmsSender
  /** The newest first, 200 at most; all, or those to one address or number. */
  list(to?: string): Promise<OutboxMessage[]>
}

const listed = 200

export function createOutbox({ query }: Database): Outbox {
  return {
    mailer: {
      async send({ to, subject, text, html = null, code = null }) {
        await query
          .insertInto('outbox_messages')
          .values({ id: newId(), channel: 'mail', recipient: to, subject, text, html, code })
          .execute()
      },
    },
    smsSender: {
      async send({ to, text, code = null }) {
        await query
          .insertInto('outbox_messages')
          .values({ id: newId(), channel: 'sms', recipient: to, subject: null, text, html: null, code })
          .execute()
      },
    },
    async list(to) {
      const all = query.selectFrom('outbox_messages').selectAll().orderBy('id', 'desc').limit(listed)
      const rows = await (to === undefined ? all : all.where('recipient', '=', to)).execute()
      return rows.map(({ id, channel, recipient, subject, text, html, code, created_at }) => ({
        ...{ id, channel, to: recipient, text, createdAt: created_at.toISOString() },
        ...(subject !== null && { subject }),
        ...(html !== null && { html }),
        ...(code !== null && { code }),
      }))
    },
  }
}
