/** The people and chats of a run. */
import { randomUUID } from 'node:crypto'
import { register } from '@parley/protocol/auth'
import { createGroup, startPrivateChat } from '@parley/protocol/chats'
import type { Log } from '../log.ts'
import { request } from './rest.ts'

export interface Person {
  readonly id: string
  /** What logs call this person. */
  readonly name: string
  readonly username: string
  /** Of the session that registering began. */
  readonly token: string
}

export interface Chat {
  readonly id: string
  readonly name: string
  /** Who may be in it at some time of the run. */
  readonly members: readonly Person[]
}

export interface World {
  readonly people: readonly Person[]
  readonly chats: readonly Chat[]
  readonly group: Chat
  /** Who writes so much to whom that a device that doesn't read falls behind. */
  readonly loud: Chat
  person(name: string): Person
  /** What logs call the person or the chat that the server knows by this id. */
  nameOf(id: string): string
}

export const password = 'Correct-horse-7'

/** Ann owns the group, eve is let in and out, ben blocks cat, dan comes and goes, fay overwhelms gus, and zoe is in no chat. */
const names = ['ann', 'ben', 'cat', 'dan', 'eve', 'fay', 'gus', 'zoe'] as const
const inGroup = ['ann', 'ben', 'cat', 'dan', 'eve'] as const
const pairs = [
  ['ann', 'ben'],
  ['ben', 'cat'],
  ['cat', 'dan'],
  ['dan', 'eve'],
] as const
const loudPair = ['fay', 'gus'] as const

export async function createWorld(url: string, log: Log): Promise<World> {
  const people = await Promise.all(names.map((name) => newPerson(url, name)))
  const person = (name: string): Person => {
    const found = people.find((one) => one.name === name)
    if (found === undefined) throw new Error(`unable to go on; there is no ${name}`)
    return found
  }
  const group = await newGroup(url, log, inGroup.map(person))
  const privates = await Promise.all([...pairs, loudPair].map(([one, other]) => newPair(url, log, person(one), person(other))))
  const chats = [group, ...privates]
  const known = new Map([...people, ...chats].map(({ id, name }) => [id, name]))
  return { people, chats, group, loud: privates.at(-1) as Chat, person, nameOf: (id) => known.get(id) ?? id }
}

async function newPerson(url: string, name: string): Promise<Person> {
  const username = `${name}-${randomUUID().slice(0, 8)}`
  const { user, tokens } = await request(url, null, register, { email: `${username}@example.org`, username, password })
  return { id: user.id, name, username, token: tokens.accessToken }
}

async function newGroup(url: string, log: Log, members: readonly Person[]): Promise<Chat> {
  const [owner, ...others] = members as [Person, ...Person[]]
  const { chat } = await request(url, owner.token, createGroup, { name: 'Everybody', memberIds: others.map(({ id }) => id) })
  const group = { id: chat.id, name: 'everybody', members }
  noteChat(log, owner, group, chat.lastSeq)
  return group
}

async function newPair(url: string, log: Log, one: Person, other: Person): Promise<Chat> {
  const { chat } = await request(url, one.token, startPrivateChat, { userId: other.id })
  const pair = { id: chat.id, name: `${one.name}-${other.name}`, members: [one, other] }
  noteChat(log, one, pair, chat.lastSeq)
  return pair
}

function noteChat(log: Log, creator: Person, { name, members }: Chat, seq: number): void {
  const mine = { client: 'setup', operation: `setup ${name}` }
  const action = { name: 'create' as const, members: members.map((member) => member.name) }
  log.write({ kind: 'invoke', ...mine, person: creator.name, chat: name, action })
  log.write({ kind: 'ok', operation: mine.operation, result: { messageId: null, seq, rev: seq } })
}

export const chatsOf = (world: World, person: Person): readonly Chat[] =>
  world.chats.filter(({ members }) => members.some(({ id }) => id === person.id))
