/** How pieces of streams travel over the bus. */
import { allEvents } from '@parley/protocol/contract'
import type { Event } from '@parley/protocol/define'
import { z } from 'zod'
import type { Frame, Piece } from './frames.ts'

const Seq = z.int().min(0)
const Payload = z.record(z.string(), z.unknown())

const FrameMessage = z.object({
  event: z.string(),
  seq: Seq,
  payload: Payload,
  audience: z
    .object({
      to: z.array(z.string()).optional(),
      about: Seq.optional(),
      quoting: z.object({ seq: Seq, otherwise: Payload }).optional(),
    })
    .optional(),
})

const PieceMessage = z.object({
  node: z.string(),
  chatId: z.string(),
  from: Seq,
  to: Seq,
  access: Seq,
  toLeavers: z.boolean(),
  frames: z.array(FrameMessage),
})

const events = new Map(allEvents.map((event) => [event.name, event]))

/** Ready for JSON; says which node it's from. */
export const toMessage = (node: string, { frames, ...piece }: Piece): z.input<typeof PieceMessage> => ({
  node,
  ...piece,
  frames: frames.map(({ event, ...rest }) => ({ ...rest, event: event.name }) as z.input<typeof FrameMessage>),
})

/** Throws where it is no piece, or speaks of an event that this process doesn't know: one of another version. */
export function fromMessage(message: unknown): { readonly node: string; readonly piece: Piece } {
  const { node, frames, ...piece } = PieceMessage.parse(message)
  return { node, piece: { ...piece, frames: frames.map(toFrame) } }
}

function toFrame({ event: name, ...rest }: z.output<typeof FrameMessage>): Frame {
  const event: Event | undefined = events.get(name)
  if (event === undefined) throw new Error(`unable to tell what another server wrote; there is no event "${name}" here`)
  return { event, ...rest } as Frame
}
