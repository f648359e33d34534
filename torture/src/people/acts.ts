/**
 * What people do all day, as far as it can go wrong: they send, also twice at once from two devices, hang up right after
 * sending, change what they said, send where they may not, use a client id for something else, come and go, block each
 * other, and are let in and out.
 */
import { randomUUID } from 'node:crypto'
import { addMembers, removeMember, saveDraft, updateChatSettings } from '@parley/protocol/chats'
import {
  addReaction,
  deleteMessage,
  editMessage,
  messageDelivered,
  messageRead,
  removeReaction,
  starMessage,
} from '@parley/protocol/messages'
import { typingStart } from '@parley/protocol/presence'
import { blockUser, unblockUser } from '@parley/protocol/users'
import type { Random } from '../random.ts'
import type { Client } from './client.ts'
import type { Chat, World } from './world.ts'

interface Sent {
  readonly chat: Chat
  readonly clientId: string
  readonly text: string
  readonly messageId: string
}

/** One device of a person, with another of the same person beside it. */
export interface Actor {
  readonly client: Client
  readonly twin: Client
  readonly random: Random
  readonly world: World
  /** Where this person writes; who was removed goes on writing, and is refused then. */
  readonly chats: readonly Chat[]
  /** Acknowledged messages of this person, the latest ones. */
  readonly sent: Sent[]
  /** A text that nobody has said yet. */
  readonly newText: () => string
}

export type Act = (actor: Actor) => Promise<unknown>

const remembered = 50
/** The most that somebody says at once. */
const atOnce = 20
const emojis = ['👍', '🎉', '😢'] as const
/** How long somebody who goes stays away, in milliseconds: longer than it may take until everybody knows. */
const absence = 22_000

async function send(actor: Actor, devices: readonly Client[], hangUp = false): Promise<void> {
  const chat = actor.random.pick(actor.chats)
  const clientId = randomUUID()
  const text = actor.newText()
  const sending = devices.map((device) => device.send(chat, text, clientId))
  if (hangUp) devices[0]?.line.hangUp()
  const [outcome] = await Promise.all(sending)
  if (outcome?.kind !== 'ok' || outcome.result.messageId === null) return
  actor.sent.push({ chat, clientId, text, messageId: outcome.result.messageId })
  if (actor.sent.length > remembered) actor.sent.shift()
}

const say: Act = (actor) => send(actor, [actor.client])

/** Several at once, of which the servers store many together. */
const burst: Act = (actor) => Promise.all(Array.from({ length: actor.random.whole(2, atOnce) }, () => say(actor)))

/** Every attempt to use what was sent before; a person who has sent nothing yet sends. */
const withSent =
  (act: (actor: Actor, sent: Sent) => Promise<unknown>): Act =>
  async (actor) => {
    if (actor.sent.length === 0) await say(actor)
    else await act(actor, actor.random.pick(actor.sent))
  }

/** A command that is tried once, as soon as there's a connection. */
const once = (act: (actor: Actor, sent: Sent) => Promise<unknown>): Act =>
  withSent(async (actor, sent) => {
    if (await actor.client.line.online()) await act(actor, sent)
  })

/** Only these people do it; everybody else sends instead. */
const only =
  (name: string, act: Act): Act =>
  (actor) =>
    actor.client.person.name === name ? act(actor) : say(actor)

const edit = once(({ client, newText }, { chat, messageId }) => {
  const text = newText()
  return client.command(chat, { name: 'edit', messageId, text }, editMessage, { messageId, content: text })
})

const remove = once(({ client }, { chat, messageId }) => client.command(chat, { name: 'delete', messageId }, deleteMessage, { messageId }))

const react = once(({ client, random }, { chat, messageId }) => {
  const emoji = random.pick(emojis)
  const name = random.fraction() < 0.6 ? ('react' as const) : ('unreact' as const)
  return client.command(chat, { name, messageId, emoji }, name === 'react' ? addReaction : removeReaction, { messageId, emoji })
})

const star = once(({ client, random }, { chat, messageId }) => {
  const starred = random.fraction() < 0.6
  const action = { name: 'own' as const, target: `star ${messageId}`, value: String(starred) }
  return client.command(chat, action, starMessage, { messageId, starred })
})

const hide = once(({ client }, { chat, messageId }) => {
  const action = { name: 'own' as const, target: `hidden ${messageId}`, value: 'true' }
  return client.command(chat, action, deleteMessage, { messageId, forEveryone: false })
})

const draft = once(({ client, newText }, { chat }) => {
  const text = newText()
  return client.command(chat, { name: 'own', target: `draft ${chat.name}`, value: text }, saveDraft, { chatId: chat.id, text })
})

const mute = once(({ client, random }, { chat }) => {
  const mutedUntil = new Date(Date.UTC(2100, 0, 1) + random.whole(0, 1_000_000) * 1000).toISOString()
  const action = { name: 'own' as const, target: `chat_settings ${chat.name}`, value: mutedUntil }
  return client.change(chat.name, action, updateChatSettings, { chatId: chat.id, mutedUntil })
})

/** Says that everything up to where this device has come has reached it, or was read. */
const position = once(({ client, random, chats }) => {
  const chat = random.pick(chats)
  const seq = client.follower.appliedOf(chat.name)
  const name = random.fraction() < 0.5 ? ('read' as const) : ('deliver' as const)
  return client.command(chat, { name, seq }, name === 'read' ? messageRead : messageDelivered, { chatId: chat.id, seq })
})

const type = once(async ({ client, random, chats }) => client.line.tell(typingStart.name, { chatId: random.pick(chats).id }))

async function sendWhereForbidden({ client, world, random, newText }: Actor): Promise<void> {
  const foreign = world.chats.filter(({ members }) => !members.some(({ id }) => id === client.person.id))
  await client.send(random.pick(foreign), newText())
}

/** The owner lets eve in and out. */
async function changeMembers({ client, world, random }: Actor): Promise<void> {
  const { id: userId, name: member } = world.person('eve')
  const change = { chatId: world.group.id, userId }
  if (random.fraction() < 0.5) await client.change(world.group.name, { name: 'remove', member }, removeMember, change)
  else await client.change(world.group.name, { name: 'add', member }, addMembers, change)
}

async function changeBlock({ client, world, random }: Actor): Promise<void> {
  const { id: userId, name: person } = world.person('cat')
  const [name, operation] = random.fraction() < 0.3 ? (['block', blockUser] as const) : (['unblock', unblockUser] as const)
  await client.change('', { name, person }, operation, { userId })
}

/** Both devices go, so that the person is nowhere; their connections end as the two of them end: in order, or by a power cut. */
async function goAway({ client, twin }: Actor): Promise<void> {
  for (const device of [client, twin]) device.line.stayAway(absence)
}

/** With how many of a hundred acts, about, each of them is chosen. */
export const acts: readonly (readonly [share: number, act: Act])[] = [
  [40, say],
  [16, burst],
  [5, (actor) => send(actor, [actor.client], true)],
  [7, (actor) => send(actor, [actor.client, actor.twin])],
  [3, withSent(({ twin }, { chat, text, clientId }) => twin.send(chat, text, clientId))],
  [2, withSent(({ client, newText }, { chat, clientId }) => client.send(chat, newText(), clientId))],
  [1, sendWhereForbidden],
  [5, edit],
  [2, remove],
  [3, react],
  [1, star],
  [1, hide],
  [2, draft],
  [1, mute],
  [6, position],
  [2, type],
  [3, only('ann', changeMembers)],
  [2, only('ben', changeBlock)],
  [0.2, only('dan', goAway)],
  [0.2, (actor) => actor.client.logOutAndIn()],
]
