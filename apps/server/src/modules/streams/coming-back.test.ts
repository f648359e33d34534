import { addMembers, createGroup, removeMember } from '@parley/protocol/chats'
import { sendMessage } from '@parley/protocol/messages'
import { sync } from '@parley/protocol/streams'
import { expect, test } from 'vitest'
import { newPerson } from '../../testing/client.ts'
import { createDatabase, describePostgres, postgresUrl } from '../../testing/postgres.ts'
import { startServer } from '../../testing/server.ts'
import { appendToOwn } from './user-log.queries.ts'

describePostgres('who comes back to a chat', () => {
  test('is shown what was being written of their own side of it at that very moment (C2)', async () => {
    const server = await startServer({ databaseUrl: await createDatabase(postgresUrl()) })
    try {
      const { database } = server.app
      const [asha, ben] = await Promise.all([newPerson(server.url), newPerson(server.url)])
      const chatId = (await asha.ask(createGroup, { name: 'Group', memberIds: [ben.id] })).chat.id
      const { message } = await asha.ask(sendMessage, { chatId, content: 'hello' })
      await asha.ask(removeMember, { chatId, userId: ben.id })
      let added: Promise<unknown> = Promise.resolve()
      const starred = await database.transaction(async (tx) => {
        // A star that was on its way when the removal came, and takes its number before the return.
        const [entry] = await appendToOwn(tx, [{ userId: ben.id, kind: 'star', targetId: message.id }])
        added = asha.ask(addMembers, { chatId, userId: ben.id })
        const waiting = `select 1 from pg_locks where locktype = 'transactionid' and not granted`
        for (let looks = 0; looks < 5000; looks++) if ((await database.raw(waiting)).rows.length > 0) return entry
        throw new Error('nobody waited')
      })
      await added
      const { user } = await ben.ask(sync, { userSeq: starred?.seq })
      expect(user.entries.map(({ kind }) => kind)).toEqual(['membership', 'star'])
    } finally {
      await server.stop()
    }
  })
})
