/**
 * What people do all day, as far as it can go wrong: they send, also twice at once from two devices, hang up right after
 * sending, edit, delete, send where they may not, use a client id for something else, and one of them comes and goes.
 */
import { randomUUID } from 'node:crypto'
import { addMembers, removeMember } from '@parley/protocol/chats'
import { Client, type User } from './client.ts'
import type { History } from './history.ts'
import { createRandom, type Random } from './random.ts'
import type { World } from './world.ts'

interface Sent {
  readonly chatId: string
  readonly clientId: string
  readonly text: string
  readonly messageId: string
}

/** One device of a person, with another of the same person beside it. */
interface Actor {
  readonly client: Client
  readonly twin: Client
  readonly random: Random
  readonly world: World
  /** Where this person writes; the guest goes on writing while not a member, and is refused then. */
  readonly chatIds: readonly string[]
  /** Acknowledged messages of this person, the latest ones. */
  readonly sent: Sent[]
}

const remembered = 50
/** Between two acts of a device, in milliseconds, so that the machine isn't all that is tortured. */
const rest = { from: 5, to: 40 }

async function send(actor: Actor, devices: readonly Client[], hangUp = false): Promise<void> {
  const chatId = actor.random.pick(actor.chatIds)
  const clientId = randomUUID()
  const text = `message ${clientId}`
  const sending = devices.map((device) => device.send(chatId, text, clientId))
  if (hangUp) devices[0]?.hangUp()
  const [outcome] = await Promise.all(sending)
  if (outcome?.kind !== 'ok' || outcome.result.messageId === null) return
  actor.sent.push({ chatId, clientId, text, messageId: outcome.result.messageId })
  if (actor.sent.length > remembered) actor.sent.shift()
}

/** Every attempt to use what was sent before; a person who has sent nothing yet sends. */
const withSent = (act: (actor: Actor, sent: Sent) => Promise<unknown>) => async (actor: Actor) => {
  if (actor.sent.length === 0) await send(actor, [actor.client])
  else await act(actor, actor.random.pick(actor.sent))
}

async function sendWhereForbidden({ client, world, random }: Actor): Promise<void> {
  const foreign = world.chats.filter(({ members }) => !members.some((member) => member.id === client.user.id))
  await client.send(random.pick(foreign).id, `forbidden ${randomUUID()}`)
}

/** The owner lets the guest in and out; everybody else sends instead. */
async function changeMembers(actor: Actor): Promise<void> {
  const { client, world, random } = actor
  if (client.user.id !== world.owner.id) return await send(actor, [client])
  const change = { chatId: world.group.id, userId: world.guest.id }
  if (random.fraction() < 0.5) {
    const action = { name: 'remove' as const, memberId: change.userId }
    await client.change(change.chatId, action, removeMember, change, () => ({ messageId: null, seq: 0, rev: 0 }))
  } else {
    const action = { name: 'add' as const, memberId: change.userId }
    await client.change(change.chatId, action, addMembers, change, ({ chat }) => ({
      messageId: null,
      seq: chat.lastSeq,
      rev: chat.lastSeq,
    }))
  }
}

type Act = (actor: Actor) => Promise<unknown>

const acts: readonly (readonly [share: number, act: Act])[] = [
  [62, (actor) => send(actor, [actor.client])],
  [8, (actor) => send(actor, [actor.client], true)],
  [8, (actor) => send(actor, [actor.client, actor.twin])],
  [3, withSent(({ twin }, { chatId, text, clientId }) => twin.send(chatId, text, clientId))],
  [2, withSent(({ client }, { chatId, clientId }) => client.send(chatId, `conflict ${randomUUID()}`, clientId))],
  [2, sendWhereForbidden],
  [9, withSent(({ client }, { chatId, messageId }) => client.edit(chatId, messageId, `edit ${randomUUID()}`))],
  [4, withSent(({ client }, { chatId, messageId }) => client.delete(chatId, messageId))],
  [2, changeMembers],
]
const shares = acts.reduce((sum, [share]) => sum + share, 0)

function choose(random: Random): Act {
  let place = random.fraction() * shares
  const chosen = acts.find(([share]) => {
    place -= share
    return place < 0
  })
  return chosen?.[1] ?? ((actor) => send(actor, [actor.client]))
}

export class Workload {
  readonly clients: readonly Client[]
  readonly #actors: readonly Actor[]
  #loops: readonly Promise<void>[] = []
  #stopping = false

  constructor({ url, world, history, seed }: { url: string; world: World; history: History; seed: number }) {
    this.#actors = world.users.flatMap((user) => {
      const devices = [1, 2].map((device) => new Client({ url, user, device, history })) as [Client, Client]
      const chatIds = chatsOf(world, user)
      const sent: Sent[] = []
      return devices.map((client, index) => ({
        ...{ client, world, chatIds, sent },
        twin: devices[1 - index] as Client,
        random: createRandom(seed, client.name),
      }))
    })
    this.clients = this.#actors.map(({ client }) => client)
  }

  start(): void {
    this.#loops = this.#actors.filter(({ chatIds }) => chatIds.length > 0).map((actor) => this.#loop(actor))
  }

  /** Begins nothing new; resolves when all that was begun is answered. */
  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.all(this.#loops)
  }

  /** Gives up whatever waits for an answer. */
  close(): void {
    this.#stopping = true
    for (const client of this.clients) client.close()
  }

  async #loop(actor: Actor): Promise<void> {
    while (!this.#stopping) {
      await choose(actor.random)(actor)
      await new Promise((resolve) => setTimeout(resolve, actor.random.whole(rest.from, rest.to)))
    }
  }
}

const chatsOf = (world: World, user: User): string[] =>
  world.chats.filter(({ members }) => members.some((member) => member.id === user.id)).map(({ id }) => id)
