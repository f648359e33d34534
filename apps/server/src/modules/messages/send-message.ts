import { createHash } from 'node:crypto'
import type { InputOf, OutputOf } from '@parley/protocol/define'
import { type sendMessage as contract, type Message, newMessage } from '@parley/protocol/messages'
import type { Call } from '../../core/call.ts'
import { AppError, ensure } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import type { Queries } from '../../platform/database/database.ts'
import { type Draft, type Frame, frame, type Roster, type Send, type Stored } from '../streams/streams.module.ts'
import type { MessagesDeps } from './messages.deps.ts'
import { present, presentStored, withoutQuote } from './messages.present.ts'
import { selectVisible } from './messages.queries.ts'
import { type QuoteRow, selectQuotes, selectSent } from './sends.queries.ts'

type Input = InputOf<typeof contract>

/** Stores a message once per client id and answers after the commit (D1, E1). */
export async function sendMessage(
  { viewer, input }: Call<typeof contract>,
  { database, clock }: MessagesDeps,
  send: Send,
): Promise<OutputOf<typeof contract>> {
  const { query } = database
  const tempId = input.tempId ?? newId()
  const requestHash = hashOf(input)
  const facts = { id: newId(), senderId: viewer.userId, clientId: tempId, requestHash, createdAt: clock.now() }
  try {
    if (input.replyTo) await checkReply(query, viewer.userId, input.chatId, input.replyTo)
    const outcome = await send(input.chatId, (roster) => draftFor(roster, input, facts))
    if (outcome.kind === 'stored') return { message: await presentOne(query, outcome), tempId }
  } catch (error) {
    if (!isRefusal(error)) throw error
    // Whoever lost the right to write since still learns what became of a send whose answer got lost.
    const message = await findSent(query, viewer.userId, tempId, requestHash)
    if (message === null) throw error
    if (error.code === 'NOT_REACHABLE') return { message, tempId }
    // Their own words only: what they quoted may have changed since, which is no longer for them (P1).
    return { message: withoutQuote(message), tempId }
  }
  const message = await findSent(query, viewer.userId, tempId, requestHash)
  ensure(message, 'INTERNAL')
  return { message, tempId }
}

/** What members of a chat are told of messages stored there. Quotes are read after the commit, so that none shows what was deleted meanwhile. */
export async function framesOf(query: Queries, stored: readonly Stored[]): Promise<Frame[]> {
  const quotes = await quotesOf(query, stored)
  return stored.map((sent) => {
    const quote = quotes.get(sent.draft.replyTo ?? '')
    const message = presentStored(sent, quote)
    const tempId = sent.draft.clientId
    const quoting = quote && { seq: quote.seq, otherwise: { message: withoutQuote(message), tempId } }
    return frame(newMessage, sent.seq, { message, tempId }, quoting && { quoting }, quote?.access)
  })
}

interface Facts {
  readonly id: string
  readonly senderId: string
  readonly clientId: string
  readonly requestHash: string
  readonly createdAt: number
}

function draftFor(roster: Roster, input: Input, facts: Facts): Draft {
  ensure(roster.members.has(facts.senderId), 'CHAT_NOT_FOUND')
  ensure(!roster.blocked, 'NOT_REACHABLE')
  const mentions = [...new Set(input.mentions)].filter((userId) => roster.members.has(userId))
  return {
    ...facts,
    chatId: input.chatId,
    content: JSON.stringify(input.content),
    replyTo: input.replyTo ?? null,
    mentions: JSON.stringify(mentions),
    access: roster.access,
  }
}

const isRefusal = (error: unknown): error is AppError =>
  error instanceof AppError && ['CHAT_NOT_FOUND', 'REPLY_NOT_FOUND', 'NOT_REACHABLE'].includes(error.code)

async function checkReply(query: Queries, viewerId: string, chatId: string, replyTo: string): Promise<void> {
  const target = await selectVisible(query, viewerId, replyTo)
  ensure(target !== undefined && target.chat_id === chatId && target.deleted_at === null, 'REPLY_NOT_FOUND')
}

/** What was sent under a client id before; null where nothing was, 409 where it was something else. */
async function findSent(query: Queries, senderId: string, clientId: string, requestHash: string): Promise<Message | null> {
  const row = await selectSent(query, senderId, clientId)
  if (row === undefined) return null
  ensure(row.request_hash === null || row.request_hash === requestHash, 'IDEMPOTENCY_CONFLICT')
  return present(row)
}

/** What is stored is acknowledged, also where the database is away by the time its quote would be read: it comes without it then (D2). */
async function presentOne(query: Queries, stored: Stored): Promise<Message> {
  const quotes = await quotesOf(query, [stored]).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'UNAVAILABLE') return new Map<string, QuoteRow>()
    throw error
  })
  return presentStored(stored, quotes.get(stored.draft.replyTo ?? ''))
}

async function quotesOf(query: Queries, stored: readonly Stored[]): Promise<Map<string, QuoteRow>> {
  const ids = stored.flatMap(({ draft }) => draft.replyTo ?? [])
  return new Map(ids.length === 0 ? [] : (await selectQuotes(query, ids)).map((quote) => [quote.id, quote]))
}

/** Tells a retry from another message under the same client id. */
const hashOf = ({ chatId, content, replyTo, mentions }: Input): string =>
  createHash('sha256')
    .update(JSON.stringify([chatId, content, replyTo ?? null, mentions ?? []]))
    .digest('base64url')
