/** The people and chats of a run, and what they can read of them in the end. */
import { randomUUID } from 'node:crypto'
import { register } from '@parley/protocol/auth'
import { createGroup, startPrivateChat } from '@parley/protocol/chats'
import { listMessages } from '@parley/protocol/messages'
import type { User } from './client.ts'
import type { History, Reading, ReadMessage } from './history.ts'
import { Refused, request } from './rest.ts'

export interface Chat {
  readonly id: string
  /** Who may be in it at some time of the run. */
  readonly members: readonly User[]
}

export interface World {
  /** All of them; the last is in no chat. */
  readonly users: readonly User[]
  readonly owner: User
  /** A member of the group who is removed and added again. */
  readonly guest: User
  readonly group: Chat
  readonly chats: readonly Chat[]
}

const populationWithoutOutsider = 5

/** Registers everybody and makes a group of all but the outsider, and a private chat of each with the next one. */
export async function createWorld(url: string, history: History): Promise<World> {
  const users = await Promise.all(Array.from({ length: populationWithoutOutsider + 1 }, (_, index) => newUser(url, `user${index}`)))
  const members = users.slice(0, -1)
  const [owner] = members
  const guest = members.at(-1)
  if (owner === undefined || guest === undefined) throw new Error('unable to make a world; it has no people')
  const others = members.slice(1).map(({ id }) => id)
  const { chat } = await request(url, owner.token, createGroup, { name: 'Everybody', memberIds: others })
  const group = { id: chat.id, members }
  noteChat(history, owner, group, chat.lastSeq)
  const pairs = members.slice(1).map(async (other, index) => {
    const first = members[index] as User
    const { chat: made } = await request(url, first.token, startPrivateChat, { userId: other.id })
    const pair = { id: made.id, members: [first, other] }
    noteChat(history, first, pair, made.lastSeq)
    return pair
  })
  return { users, owner, guest, group, chats: [group, ...(await Promise.all(pairs))] }
}

async function newUser(url: string, name: string): Promise<User> {
  const username = `${name}-${randomUUID().slice(0, 8)}`
  const { user, tokens } = await request(url, null, register, {
    email: `${username}@example.org`,
    username,
    password: 'Correct-horse-7',
  })
  return { id: user.id, name, token: tokens.accessToken }
}

function noteChat(history: History, creator: User, { id, members }: Chat, seq: number): void {
  const mine = { client: 'setup', operation: randomUUID() }
  const action = { name: 'create' as const, memberIds: members.map((member) => member.id) }
  history.write({ kind: 'invoke', ...mine, userId: creator.id, chatId: id, action })
  history.write({ kind: 'ok', ...mine, result: { messageId: null, seq, rev: seq } })
}

/** Every chat as everybody reads it, the outsider too. */
export async function readEverything(url: string, { users, chats }: World): Promise<Reading[]> {
  const readings: Reading[] = []
  for (const chat of chats) for (const user of users) readings.push(await readChat(url, user, chat.id))
  return readings
}

async function readChat(url: string, { id: readerId, token }: User, chatId: string): Promise<Reading> {
  const pages: ReadMessage[][] = []
  let head = 0
  let before: string | null = null
  try {
    do {
      const page: Awaited<ReturnType<typeof onePage>> = await onePage(url, token, chatId, before)
      head = Math.max(head, page.asOf)
      pages.unshift(page.messages.map(({ id, seq, rev, senderId, content }) => ({ id, seq, rev, senderId, text: content?.text ?? null })))
      before = page.nextCursor
    } while (before !== null)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { chatId, readerId, head, messages: pages.flat(), refused: error.code }
  }
  return { chatId, readerId, head, messages: pages.flat(), refused: null }
}

const onePage = (url: string, token: string, chatId: string, before: string | null) =>
  request(url, token, listMessages, { chatId, limit: 100, ...(before !== null && { before: Number(before) }) })
