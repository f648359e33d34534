import { Socket } from 'socket.io-client'
import { expect, test } from 'vitest'
import type { ChatSnapshot, ChatView } from './client.ts'
import { group, isLive, type Person, peopleOfOneServer, say, texts, until } from './testing/people.ts'

const { server, person } = peopleOfOneServer()

/** `answer` may lose what the server answered to a request. */
const personWith = (answer: (response: Response) => Response) => person({ fetch: async (...request) => answer(await fetch(...request)) })

const upTo = (seq: number) => (current: ChatSnapshot) => isLive(current) && current.appliedSeq >= seq

async function history({ parley }: Person, chatId: string) {
  const { messages } = await parley.messages.listMessages({ chatId, limit: 100 })
  return messages.map(({ sender: _, starred: __, ...message }) => message)
}

/** What is shown is at every moment a piece of the chat in its order: returns what was wrong, ever. */
function watch(view: ChatView): string[] {
  const wrong: string[] = []
  view.subscribe(() => {
    const { messages, appliedSeq } = view.current
    const seqs = messages.map(({ seq }) => seq)
    if (seqs.some((seq, index) => index > 0 && seq <= (seqs[index - 1] ?? 0))) wrong.push(`out of order: ${seqs}`)
    if ((seqs.at(-1) ?? 0) > appliedSeq) wrong.push(`shown too early: ${seqs.at(-1)} above ${appliedSeq}`)
  })
  return wrong
}

test('a view opens with the newest messages, goes on live, and pages back on demand (O1, O3)', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera, tomas)
  for (let number = 1; number <= 60; number += 1) await say(meera, chatId, `${number}`)
  const view = tomas.parley.subscribe(chatId)
  expect(view.current).toMatchObject({ state: 'loading', chat: null, messages: [] })
  const opened = await until(view, isLive)
  expect(opened.messages).toHaveLength(50)
  expect(opened).toMatchObject({ hasOlder: true, chat: { id: chatId, lastMessage: { content: { text: '60' } } } })
  const first = await say(meera, chatId, 'live')
  await until(view, upTo(first.seq))
  await view.loadOlder(5)
  expect(texts(view.current)).toEqual([...Array.from({ length: 55 }, (_, index) => `${index + 6}`), 'live'])
  await view.loadOlder()
  expect(view.current).toMatchObject({ hasOlder: false })
  expect(view.current.messages).toEqual(await history(tomas, chatId))
})

test('a snapshot never changes, and one that nothing happened to stays the same object', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera, tomas)
  const view = tomas.parley.subscribe(chatId)
  const before = await until(view, isLive)
  expect(view.current).toBe(before)
  const { seq } = await say(meera, chatId, 'hello')
  await until(view, upTo(seq))
  expect(before.messages).toEqual([])
})

test('what two people say while a view reconnects again and again is there once, in order and complete (C1, E2, O1)', async () => {
  const [meera, ben, tomas] = [await person(), await person(), await person()]
  const chatId = await group(meera, ben, tomas)
  const view = tomas.parley.subscribe(chatId)
  const wrong = watch(view)
  await until(view, isLive)
  await Promise.all([meera.parley.connect(), ben.parley.connect()])
  let last = 0
  const talk = async (speaker: Person, name: string) => {
    for (let number = 0; number < 60; number += 1) last = Math.max(last, (await say(speaker, chatId, `${name} ${number}`)).seq)
  }
  const reconnect = async () => {
    for (let times = 0; times < 4; times += 1) {
      tomas.parley.close()
      await say(meera, chatId, `while away ${times}`)
      await tomas.parley.connect()
      await until(view, isLive)
    }
  }
  await Promise.all([talk(meera, 'meera'), talk(ben, 'ben'), reconnect()])
  await until(view, upTo(last))
  expect(wrong).toEqual([])
  while (view.current.hasOlder) await view.loadOlder(100)
  const { messages } = view.current
  expect(messages).toHaveLength(124)
  expect(messages.slice(-100)).toEqual(await history(tomas, chatId))
})

test('edits, deletions and new members of the time away are there on return, and nothing of what was deleted (C1, O3)', async () => {
  const [meera, tomas, carla] = [await person(), await person(), await person()]
  const chatId = await group(meera, tomas)
  const [edited, deleted] = [await say(meera, chatId, 'draft'), await say(meera, chatId, 'a secret')]
  await meera.parley.messages.sendMessage({ chatId, content: 'quoting', replyTo: deleted.id })
  const view = tomas.parley.subscribe(chatId)
  await until(view, isLive)
  tomas.parley.close()
  expect(view.current.state).toBe('behind')
  await meera.parley.messages.editMessage({ messageId: edited.id, content: 'final' })
  const { message } = await meera.parley.messages.deleteMessage({ messageId: deleted.id })
  await meera.parley.chats.addMembers({ chatId, userId: carla.user.id })
  await tomas.parley.connect()
  const current = await until(view, upTo(message.rev + 1))
  expect(texts(current)).toEqual(['final', null, 'quoting'])
  expect(JSON.stringify(current)).not.toContain('a secret')
  expect(current.messages).toEqual(await history(tomas, chatId))
  expect(current.chat).toEqual((await tomas.parley.chats.getChat({ chatId })).chat)
})

test('a message deleted live is blank in the replies that quote it (O3)', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera, tomas)
  const view = tomas.parley.subscribe(chatId)
  await until(view, isLive)
  const said = await say(meera, chatId, 'a secret')
  await meera.parley.messages.sendMessage({ chatId, content: 'a reply', replyTo: said.id })
  const { message } = await meera.parley.messages.deleteMessage({ messageId: said.id })
  const current = await until(view, upTo(message.rev))
  expect(current.messages[1]?.replyTo).toMatchObject({ id: said.id, content: null })
  expect(current.messages).toEqual(await history(tomas, chatId))
})

test('people who join, leave and inherit the group are seen live (O3)', async () => {
  const [meera, tomas, carla] = [await person(), await person(), await person()]
  const chatId = await group(meera, tomas)
  const view = tomas.parley.subscribe(chatId)
  await until(view, isLive)
  await meera.parley.chats.addMembers({ chatId, userId: carla.user.id })
  await meera.parley.chats.leaveChat({ chatId })
  const current = await until(view, ({ chat }) => chat?.members.length === 2)
  expect(current.chat).toEqual((await tomas.parley.chats.getChat({ chatId })).chat)
})

test('who is removed sees the view end and keeps nothing of it, live or on return (P2)', async () => {
  const [meera, live, away] = [await person(), await person(), await person()]
  const chatId = await group(meera, live, away)
  await say(meera, chatId, 'a secret')
  const views = [live, away].map(({ parley }) => parley.subscribe(chatId))
  await Promise.all(views.map((view) => until(view, isLive)))
  away.parley.close()
  for (const { user } of [live, away]) await meera.parley.chats.removeMember({ chatId, userId: user.id })
  await away.parley.connect()
  for (const view of views) {
    const current = await until(view, ({ state }) => state === 'gone')
    expect(current.messages).toEqual([])
    expect(JSON.stringify(current)).not.toContain('a secret')
  }
})

test('who is let in again sees the chat in the view that ended, also where both happened while they were away (C1, P2)', async () => {
  const [meera, live, away] = [await person(), await person(), await person()]
  const chatId = await group(meera, live, away)
  await say(meera, chatId, 'a secret')
  const views = [live, away].map(({ parley }) => parley.subscribe(chatId))
  await Promise.all([...views.map((view) => until(view, isLive)), away.parley.connect()])
  for (const { user } of [live, away]) await meera.parley.chats.removeMember({ chatId, userId: user.id })
  await Promise.all(views.map((view) => until(view, ({ state }) => state === 'gone')))
  away.parley.close()
  for (const { user } of [live, away]) await meera.parley.chats.addMembers({ chatId, userId: user.id })
  await away.parley.connect()
  const { seq } = await say(meera, chatId, 'welcome back')
  const shown = await Promise.all(views.map((view) => until(view, upTo(seq))))
  expect(shown.map(({ messages }) => messages)).toEqual([await history(live, chatId), await history(away, chatId)])
})

test('a chat that one is not in, or that is none, is gone (P3)', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera)
  for (const id of [chatId, meera.user.id, 'no id at all']) {
    await until(tomas.parley.subscribe(id), ({ state }) => state === 'gone')
  }
})

/** The next live event that says this is lost on its way to whoever has a socket. */
function loseOnce(text: string) {
  const sockets = Socket.prototype as unknown as { onevent(packet: { data: unknown[] }): void }
  const { onevent } = sockets
  sockets.onevent = function (packet) {
    if (!JSON.stringify(packet.data).includes(text)) return onevent.call(this, packet)
    sockets.onevent = onevent
  }
}

test('a message behind a lost one waits until the lost one was fetched (O1)', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera, tomas)
  const view = tomas.parley.subscribe(chatId)
  const wrong = watch(view)
  await until(view, isLive)
  loseOnce('lost on the way')
  const seen: string[][] = []
  view.subscribe(() => seen.push(view.current.messages.map(({ content }) => content?.text ?? '')))
  await say(meera, chatId, 'lost on the way')
  const { seq } = await say(meera, chatId, 'after it')
  const current = await until(view, upTo(seq))
  expect(texts(current)).toEqual(['lost on the way', 'after it'])
  expect(seen).not.toContainEqual(['after it'])
  expect(wrong).toEqual([])
})

test('after a restart of the server all views catch up together, with one request for up to 20 chats (C1)', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatIds = await Promise.all(Array.from({ length: 21 }, () => group(meera, tomas)))
  const views = chatIds.map((chatId) => tomas.parley.subscribe(chatId))
  await Promise.all(views.map((view) => until(view, isLive)))
  tomas.parley.close()
  const sent = await Promise.all(chatIds.map((chatId) => say(meera, chatId, 'before the restart')))
  await server().restart()
  const asked: unknown[] = []
  const { emitWithAck } = Socket.prototype
  Socket.prototype.emitWithAck = function (name, ...input) {
    if (name === 'sync') asked.push(...input)
    return emitWithAck.call(this, name, ...input)
  }
  await tomas.parley.connect()
  const shown = await Promise.all(views.map((view, index) => until(view, upTo(sent[index]?.seq ?? 0))))
  Socket.prototype.emitWithAck = emitWithAck
  expect(shown.map(texts)).toEqual(chatIds.map(() => ['before the restart']))
  expect(asked.map((input) => Object.keys((input as { chats: object }).chats).length)).toEqual([20, 1])
})

test('who was away for more than a sync covers starts over from the newest, and finds the rest by paging (C1)', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera, tomas)
  await say(meera, chatId, 'long ago')
  const view = tomas.parley.subscribe(chatId)
  const wrong = watch(view)
  await until(view, isLive)
  tomas.parley.close()
  await meera.parley.connect()
  const sent = await Promise.all(Array.from({ length: 520 }, (_, index) => say(meera, chatId, `${index}`)))
  await tomas.parley.connect()
  const current = await until(view, upTo(Math.max(...sent.map(({ seq }) => seq))))
  expect(current).toMatchObject({ hasOlder: true })
  expect(current.messages).toEqual((await history(tomas, chatId)).slice(-50))
  while (view.current.hasOlder) await view.loadOlder(100)
  expect(view.current.messages).toHaveLength(521)
  expect(texts(view.current)[0]).toBe('long ago')
  expect(wrong).toEqual([])
})

test('two views of one chat show the same, and closing one leaves the other', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera, tomas)
  const heard: ChatSnapshot[] = []
  const [one, other] = [tomas.parley.subscribe(chatId, (current) => heard.push(current)), tomas.parley.subscribe(chatId)]
  await until(one, isLive)
  expect(other.current).toBe(one.current)
  one.send({ content: 'seen in both' })
  expect(other.current.outgoing).toMatchObject([{ content: { text: 'seen in both' }, status: 'sending' }])
  await until(other, ({ messages }) => messages.length === 1)
  one.close()
  heard.length = 0
  const { seq } = await say(meera, chatId, 'after closing')
  expect(texts(await until(other, upTo(seq)))).toEqual(['seen in both', 'after closing'])
  expect(heard).toEqual([])
})

/** A message is shown as stored or as outgoing, never both: returns how often each text was shown at most. */
function countShown(view: ChatView): Map<string, number> {
  const most = new Map<string, number>()
  view.subscribe(() => {
    const shown = [...view.current.messages, ...view.current.outgoing].map(({ content }) => content?.text ?? '')
    for (const text of shown) most.set(text, Math.max(most.get(text) ?? 0, shown.filter((other) => other === text).length))
  })
  return most
}

test('a message of one’s own is shown at once, and once, whichever way it is stored first; its key stays the same (E1, E2)', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera, tomas)
  const view = meera.parley.subscribe(chatId)
  const shown = countShown(view)
  await until(view, isLive)
  const tempIds = ['one', 'two', 'three'].map((content) => view.send({ content }))
  expect(view.current.outgoing.map(({ status }) => status)).toEqual(['sending', 'sending', 'sending'])
  const current = await until(view, ({ outgoing }) => outgoing.length === 0)
  expect(texts(current)).toEqual(['one', 'two', 'three'])
  expect(current.messages.map(({ id }) => view.keyOf(id))).toEqual(tempIds)
  expect([...shown.values()]).toEqual([1, 1, 1])
})

test('what is sent while the server is away is shown as being sent, and stored once when it is back (E1)', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera, tomas)
  const view = meera.parley.subscribe(chatId)
  const shown = countShown(view)
  await until(view, isLive)
  const restarted = server().restart()
  await until(view, ({ state }) => state === 'behind')
  view.send({ content: 'are you back?' })
  expect(view.current.outgoing).toMatchObject([{ status: 'sending' }])
  await restarted
  const current = await until(view, ({ state, outgoing }) => state === 'live' && outgoing.length === 0)
  expect(texts(current)).toEqual(['are you back?'])
  expect([...shown.values()]).toEqual([1])
  expect(current.messages).toEqual(await history(tomas, chatId))
})

test('a failed message is tried again under the same id, or discarded, and stays while nobody looks (E1)', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera, tomas)
  const said = await say(tomas, chatId, 'to be deleted')
  const view = meera.parley.subscribe(chatId)
  await until(view, isLive)
  await tomas.parley.messages.deleteMessage({ messageId: said.id })
  const tempId = view.send({ content: 'a reply', replyTo: said.id })
  const failed = async () => {
    const { outgoing } = await until(view, (current) => current.outgoing[0]?.status === 'failed')
    const [message] = outgoing
    if (message?.status !== 'failed') throw new Error('it is not failed any more')
    return message
  }
  expect(await failed()).toMatchObject({ tempId, error: { code: 'REPLY_NOT_FOUND' } })
  view.close()
  const again = meera.parley.subscribe(chatId)
  expect(again.current).toBe(view.current)
  ;(await failed()).retry()
  expect(again.current.outgoing).toMatchObject([{ tempId, status: 'sending' }])
  await until(again, (current) => current.outgoing[0]?.status === 'failed')
  ;(await failed()).discard()
  expect(again.current.outgoing).toEqual([])
})

test('a message whose acknowledgement was lost is found by sync, and not shown a second time (E1, C1)', async () => {
  const stored = Promise.withResolvers<void>()
  const meera = await personWith((response) => {
    if (!response.url.endsWith('/api/messages')) return response
    stored.resolve()
    throw new TypeError('the connection was cut after the request')
  })
  const tomas = await person()
  const chatId = await group(meera, tomas)
  const view = meera.parley.subscribe(chatId)
  const shown = countShown(view)
  await until(view, isLive)
  meera.parley.close()
  view.send({ content: 'did it arrive?' })
  await stored.promise
  await meera.parley.connect()
  const current = await until(view, ({ state, outgoing }) => state === 'live' && outgoing.length === 0)
  expect(texts(current)).toEqual(['did it arrive?'])
  expect([...shown.values()]).toEqual([1])
})

test('who logs out sees nothing any more', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera, tomas)
  await say(meera, chatId, 'for Tomas')
  const view = tomas.parley.subscribe(chatId)
  await until(view, isLive)
  await tomas.parley.auth.logout()
  expect(view.current).toMatchObject({ state: 'gone', messages: [] })
})
