import { addMembers, createGroup } from '@parley/protocol/chats'
import { expect, test } from 'vitest'
import { cast } from '../../testing/cast.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'
import { RosterCache } from './roster.ts'

describeOnEachDatabase('who is in a chat, as another process remembers it', (options) => {
  const { server, asha, ben, carla } = cast(options)

  test('is read anew for somebody who is not in it there (C2)', async () => {
    const { chat } = await asha.ask(createGroup, { name: 'Group', memberIds: [ben.id] })
    const elsewhere = new RosterCache(server.app.database)
    await elsewhere.get(chat.id)
    await asha.ask(addMembers, { chatId: chat.id, userId: carla.id })
    expect((await elsewhere.holding(chat.id, [ben.id]))?.members.has(carla.id)).toBe(false)
    expect((await elsewhere.holding(chat.id, [carla.id]))?.members.has(carla.id)).toBe(true)
  })
})
