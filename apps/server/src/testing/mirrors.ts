/**
 * After every command that changes something, what each member's client folded from its streams equals a fresh fetch.
 * Nothing has to be done for it: people of the tests of these modules have a mirror, and what they do is followed by the comparison.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Operation } from '@parley/protocol/define'
import { blockUser } from '@parley/protocol/users'
import { expect } from 'vitest'
import { Mirror, type MirrorParts, type Sight } from './mirror.ts'

const mirrored = /\/modules\/(chats|messages|streams)\//
/** These change nothing that lasts. */
const changeNothing: readonly string[] = ['sync', 'typing', 'watch_presence']
/** Milliseconds until an event that was caused must have come. */
const patience = 5_000

const mirrors: Mirror[] = []
/** Who was ever blocked by anybody. */
const blocked = new Set<string>()
/** What tests change other than by commands. */
const aside = new Set<string>()
const checks = new Map<string, { running: Promise<void>; next: Promise<void> | undefined }>()

export const hasMirrors = (): boolean => mirrored.test(expect.getState().testPath ?? '')

export function addMirror(parts: Omit<MirrorParts, 'isBlocked'>): void {
  const isBlocked = (userId: string) => blocked.has(userId) || blocked.has(parts.userId)
  mirrors.push(new Mirror({ ...parts, isBlocked }))
}

/** For a test that changes a chat behind a server's back: in its database, or through another process that it shares no bus with. */
export function leaveAside(chatId: string): void {
  aside.add(chatId)
}

/** What was asked, and what came back: enough to tell which chat it was about. */
interface Done {
  readonly definition: Operation
  readonly input: unknown
  readonly answer: unknown
}

/** Resolves when every member's client shows what the server says; fails with the difference. */
export async function compareMirrors({ definition, input, answer }: Done): Promise<void> {
  const isRead = 'rest' in definition && definition.rest?.method === 'GET'
  if (mirrors.length === 0 || isRead || changeNothing.some((name) => definition.name.startsWith(name))) return
  if (definition.name === blockUser.name) blocked.add(String(inside(input, 'userId')))
  const chatId = chatIn(input) ?? chatIn(answer)
  if (chatId === undefined || aside.has(chatId)) return
  const members = memberIdsIn(answer)
  const concerned = mirrors.filter((mirror) => mirror.connected && (mirror.knows(chatId) || members.includes(mirror.userId)))
  await Promise.all(concerned.map((mirror) => compareOnce(mirror, chatId, definition.name)))
}

/** One comparison at a time of each person's chat; what is asked for meanwhile is done by one more. */
function compareOnce(mirror: Mirror, chatId: string, after: string): Promise<void> {
  const key = `${mirror.userId} ${chatId}`
  const known = checks.get(key)
  if (known === undefined) {
    const running = compare(mirror, chatId, after).finally(() => checks.delete(key))
    // Who was disconnected in the midst of it has nothing to compare.
    const check = { running: running.catch((error: unknown) => (mirror.connected ? Promise.reject(error) : undefined)), next: undefined }
    checks.set(key, check)
    return check.running
  }
  known.next ??= known.running.catch(() => {}).then(() => compareOnce(mirror, chatId, after))
  return known.next
}

async function compare(mirror: Mirror, chatId: string, after: string): Promise<void> {
  await mirror.open(chatId)
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, patience, 'late').unref())
  for (;;) {
    const heard = mirror.nextEvent()
    const fresh = await mirror.fresh(chatId)
    // What the answer knows already is on its way.
    while (isBehind(mirror.folded(chatId), fresh) && (await Promise.race([mirror.nextEvent(), late])) !== 'late');
    const folded = mirror.folded(chatId)
    if (folded === undefined || fresh === undefined || isDeepStrictEqual(folded, fresh) || !mirror.connected) return
    // It may have been read between two events: only what stays different is wrong.
    const [again, freshAgain] = await sights(mirror, chatId)
    if (again === undefined || freshAgain === undefined || isDeepStrictEqual(again, freshAgain) || !mirror.connected) return
    if ((await Promise.race([heard, late])) === 'late') {
      expect(again, `what ${mirror.userId}'s client folded of chat ${chatId} is not what a fresh fetch brings, after ${after}`).toEqual(
        freshAgain,
      )
    }
  }
}

const lastSeqOf = (sight: Sight | undefined) => inside(sight?.chat, 'lastSeq')

function isBehind(folded: Sight | undefined, fresh: Sight | undefined): boolean {
  const [known, last] = [lastSeqOf(folded), lastSeqOf(fresh)]
  return typeof known === 'number' && typeof last === 'number' && known < last
}

async function sights(mirror: Mirror, chatId: string): Promise<[Sight | undefined, Sight | undefined]> {
  const fresh = await mirror.fresh(chatId)
  return [mirror.folded(chatId), fresh]
}

const inside = (thing: unknown, key: string): unknown =>
  typeof thing === 'object' && thing !== null ? (thing as Record<string, unknown>)[key] : undefined

function chatIn(thing: unknown): string | undefined {
  const messageId = inside(thing, 'messageId')
  const named = [inside(thing, 'chatId'), inside(inside(thing, 'chat'), 'id'), inside(inside(thing, 'message'), 'chatId')]
  const chatId = named.find((id) => typeof id === 'string') as string | undefined
  return (
    chatId ?? (typeof messageId === 'string' ? mirrors.map((mirror) => mirror.chatOf(messageId)).find((id) => id !== undefined) : undefined)
  )
}

function memberIdsIn(answer: unknown): string[] {
  const members = inside(inside(answer, 'chat'), 'members')
  return Array.isArray(members) ? members.map((member) => String(inside(member, 'userId'))) : []
}
