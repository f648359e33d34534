/** What everybody can read when all is over: every chat, how it stands in their lists, and their own streams from nothing. */
import { listChats } from '@parley/protocol/chats'
import { listMessages } from '@parley/protocol/messages'
import { sync } from '@parley/protocol/streams'
import type { OwnEntry, ReadMessage } from '../history.ts'
import type { OwnReading, Reading, Readings, Standing } from '../readings.ts'
import { Refused, request } from './rest.ts'
import { ownEntry, readMessage } from './seen.ts'
import type { Chat, Person, World } from './world.ts'

interface Reader {
  readonly url: string
  readonly world: World
  readonly person: Person
  readonly token: string
}

/** @param tokenOf a valid access token of each person */
export async function readEverything(url: string, world: World, tokenOf: (person: Person) => string): Promise<Readings> {
  const histories: Reading[] = []
  const standings: Standing[] = []
  const own: OwnReading[] = []
  for (const person of world.people) {
    const reader = { url, world, person, token: tokenOf(person) }
    for (const chat of world.chats) histories.push(await readChat(reader, chat))
    standings.push(...(await readStandings(reader)))
    own.push(await readOwn(reader))
  }
  return { histories, standings, own }
}

async function readChat(reader: Reader, chat: Chat): Promise<Reading> {
  const pages: ReadMessage[][] = []
  const about = { chat: chat.name, reader: reader.person.name }
  let head = 0
  let before: string | null = null
  try {
    do {
      const page: Awaited<ReturnType<typeof onePage>> = await onePage(reader, chat, before)
      head = Math.max(head, page.asOf)
      pages.unshift(page.messages.map(({ sender: _, starred: __, ...message }) => readMessage(message, reader.world.nameOf)))
      before = page.nextCursor
    } while (before !== null)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { ...about, head, messages: pages.flat(), refused: error.code }
  }
  return { ...about, head, messages: pages.flat(), refused: null }
}

const onePage = ({ url, token }: Reader, { id: chatId }: Chat, before: string | null) =>
  request(url, token, listMessages, { chatId, limit: 100, ...(before !== null && { before: Number(before) }) })

async function readStandings({ url, token, person, world }: Reader): Promise<Standing[]> {
  const { chats } = await request(url, token, listChats, { limit: 100 })
  return chats.map(({ id, unreadCount, members }) => ({
    chat: world.nameOf(id),
    reader: person.name,
    unread: unreadCount,
    positions: members.map(({ userId, deliveredSeq, readSeq }) => ({
      person: world.nameOf(userId),
      delivered: deliveredSeq,
      read: readSeq,
    })),
  }))
}

async function readOwn({ url, token, person, world }: Reader): Promise<OwnReading> {
  const entries: OwnEntry[] = []
  let head = 1
  for (let from = 0; from < head; ) {
    const { user } = await request(url, token, sync, { chats: {}, userSeq: from })
    entries.push(...user.entries.map((entry) => ownEntry(entry, world.nameOf)))
    head = user.head
    if (user.to <= from && from < head) throw new Error(`unable to read the own stream of ${person.name}; it stops at ${from} of ${head}`)
    from = user.to
  }
  return { reader: person.name, entries }
}
