/** Tries every row of the authorisation table, over REST and, for commands, over a socket as well. */
import { randomUUID } from 'node:crypto'
import { listSessions, logout } from '@parley/protocol/auth'
import { addMembers, chatCreated, createGroup, removeMember, startPrivateChat } from '@parley/protocol/chats'
import type { Operation } from '@parley/protocol/define'
import { sendMessage } from '@parley/protocol/messages'
import { blockUser } from '@parley/protocol/users'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  chatRoles,
  type EventRow,
  type OperationRow,
  type Role,
  type SignedInRole,
  signedInRoles,
  signedOutRoles,
  type Verdict,
  type World,
} from '../core/authz.ts'
import { authorisationRows } from './authorisation-rows.ts'
import { connect, newPerson, type Person, request, type TestSocket } from './client.ts'
import { startServer, type TestServer } from './server.ts'

const roles: readonly Role[] = [...chatRoles, ...signedOutRoles]

const statusOf: Record<Exclude<Verdict, 'yes'>, number> = { no: 403, absent: 404, login: 401, rule: 422 }

let server: TestServer
let owner: Person
let bystander: Person
let outsider: Person

beforeAll(async () => {
  server = await startServer()
  ;[owner, bystander, outsider] = await Promise.all([newPerson(server.url), newPerson(server.url), newPerson(server.url)])
})
afterAll(() => server?.stop())

interface Scene {
  readonly world: World
  readonly subject: Person
}

/** A fresh group with its message, and a subject who stands to it as the role says. */
async function scene(role: Role): Promise<Scene> {
  const subject = await newPerson(server.url)
  const founder = role === 'owner' ? subject : owner
  const inside = ['member', 'author', 'admin', 'former'].includes(role)
  const memberIds = [bystander.id, ...(inside ? [subject.id] : [])]
  const { chat } =
    role === 'blocked'
      ? await bystander.ask(startPrivateChat, { userId: subject.id })
      : await founder.ask(createGroup, { name: 'Scene', memberIds })
  const writer = role === 'author' ? subject : bystander
  const { message } = await writer.ask(sendMessage, { chatId: chat.id, content: 'a message' })
  if (role === 'blocked') await bystander.ask(blockUser, { userId: subject.id })
  if (role === 'former') await founder.ask(removeMember, { chatId: chat.id, userId: subject.id })
  if (role === 'admin') await promote(chat.id, subject.id)
  const { sessions } = await subject.ask(listSessions, {})
  if (role === 'revoked') await subject.ask(logout, {})
  return {
    subject,
    world: {
      subject: { ...subject, sessionId: sessions[0]?.id ?? '' },
      bystander,
      outsider,
      group: chat,
      message,
      get unique() {
        return randomUUID().slice(0, 8)
      },
    },
  }
}

/** There's no command for it yet; adding and removing somebody makes every process read the roles anew. */
async function promote(chatId: string, userId: string): Promise<void> {
  const { query } = server.app.database
  await query.updateTable('chat_windows').set({ role: 'admin' }).where('chat_id', '=', chatId).where('user_id', '=', userId).execute()
  const { members } = (await owner.ask(addMembers, { chatId, userId: outsider.id })).chat
  expect(members.find((member) => member.userId === userId)?.role).toBe('admin')
  await owner.ask(removeMember, { chatId, userId: outsider.id })
}

const credentialsOf = (role: Role, { subject }: Scene) => ({ token: role === 'anonymous' ? null : subject.token })

const operations = authorisationRows.filter((row): row is OperationRow => row.kind === 'operation')

const named = (rows: OperationRow[]) => rows.map((row) => [row.definition.name, row] as const)

describe.each(named(operations.filter(({ definition }) => definition.rest)))('%s over REST', (_, { definition, input, verdicts }) => {
  test.each(roles)('%s: as the table says (P3, P4)', async (role) => {
    const stage = await scene(role)
    const { status, body } = await request(server.url, definition, input(stage.world), credentialsOf(role, stage))
    const verdict = verdicts[role]
    if (verdict === 'yes') expect([200, 201], JSON.stringify(body)).toContain(status)
    else expect(status, JSON.stringify(body)).toBe(statusOf[verdict])
  })
})

const commands = operations.filter(({ definition }) => definition.kind === 'command' && definition.access === 'user')

describe.each(named(commands))('%s over a socket', (_, { definition, input, verdicts }) => {
  test.each(chatRoles)('%s: as the table says (P3, P4)', async (role) => {
    const stage = await scene(role)
    const socket = await stage.subject.connect()
    const answer = await socket.command(definition, input(stage.world))
    const verdict = verdicts[role]
    const code = answer.success
      ? 200
      : { FORBIDDEN: 403, NOT_REACHABLE: 403, UNAUTHENTICATED: 401, RULE_BROKEN: 422 }[answer.code as string]
    expect(code ?? 404, JSON.stringify(answer)).toBe(verdict === 'yes' ? 200 : statusOf[verdict])
    socket.close()
  })

  test('without a session: refused', async () => {
    const stage = await scene('stranger')
    const socket = await connect(server.url, {})
    expect(await socket.command(definition, input(stage.world))).toMatchObject({ success: false, code: 'UNAUTHENTICATED' })
    socket.close()
  })
})

const events = authorisationRows.filter((row): row is EventRow => row.kind === 'event' && row.cause !== null)

describe.each(events.map((row) => [row.definition.name, row] as const))('event %s', (_, { definition, cause, recipients }) => {
  test.each(signedInRoles)('%s receives it exactly if the table says so (P1, P2)', async (role: SignedInRole) => {
    if (cause === null) return
    const stage = await scene(role)
    const watcher = await stage.subject.connect()
    await act(actorFor(cause.by, role, stage), cause.definition, cause.input(stage.world))
    if (recipients.includes(role)) {
      await watcher.next(definition)
    } else {
      const markerId = await marker(stage.subject, watcher)
      const got = watcher.received.filter(({ name, payload }) => name === definition.name && !JSON.stringify(payload).includes(markerId))
      expect(got).toEqual([])
    }
    watcher.close()
  })
})

/** Does it over REST, or over a socket where there's no other way. */
async function act(actor: Person, definition: Operation, input: unknown): Promise<void> {
  if (definition.rest !== undefined) {
    const { status, body } = await actor.request(definition, input)
    expect(status, JSON.stringify(body)).toBeLessThan(300)
    return
  }
  const socket = await actor.connect()
  expect(await socket.command(definition, input)).toMatchObject({ success: true })
  socket.close()
}

/** Whoever acts in the causing role: the subject where it is theirs, else the one who has it in the scene. */
function actorFor(by: SignedInRole, role: SignedInRole, { subject }: Scene): Person {
  if (by === role || (role === 'owner' && by !== 'author')) return subject
  return by === 'author' ? bystander : owner
}

/** Waits for an event of the subject's own, after which nothing caused earlier is still on its way; returns the chat it's about. */
async function marker(subject: Person, watcher: TestSocket): Promise<string> {
  const { chat } = await subject.ask(createGroup, { name: 'marker' })
  await watcher.next(chatCreated, (payload) => payload.chat.id === chat.id)
  return chat.id
}
