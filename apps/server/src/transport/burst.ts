/** What is said to many at once: each event is encoded once, and all of them together once for whoever takes them in one write. */
import { type Family, said as saidTo } from './families.ts'

/** A message of Engine.IO (protocol 4) that holds an event of Socket.IO (protocol 5) in the default namespace. */
const openings = { engine: '4', event: '2' }
/** Of a WebSocket frame (RFC 6455, 5.2): the last of its message, text, not masked. */
const textFrame = 0x81

const headSize = (bytes: number) => (bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10)

/** Returns where the payload begins. */
function writeHead(frames: Buffer, at: number, bytes: number): number {
  frames[at] = textFrame
  if (bytes < 126) frames[at + 1] = bytes
  else if (bytes < 65_536) {
    frames[at + 1] = 126
    frames.writeUInt16BE(bytes, at + 2)
  } else {
    frames[at + 1] = 127
    frames.writeBigUInt64BE(BigInt(bytes), at + 2)
  }
  return at + headSize(bytes)
}

/** One WebSocket frame for each message, one behind the other. */
function toFrames(messages: readonly string[]): Buffer {
  const sizes = messages.map((message) => Buffer.byteLength(message))
  // Not from the shared pool: a slow reader would keep the whole of it.
  const frames = Buffer.allocUnsafeSlow(sizes.reduce((sum, bytes) => sum + headSize(bytes) + bytes, 0))
  let at = 0
  messages.forEach((message, index) => {
    at = writeHead(frames, at, sizes[index] ?? 0)
    at += frames.write(message, at)
  })
  return frames
}

/** A packet of Socket.IO, and the frame that it is on a websocket. */
interface Single {
  readonly packet: string
  readonly frames: Buffer[]
}

/** An event by the name that it has on the wire. */
interface Saying {
  readonly event: { readonly name: string }
  readonly payload: unknown
}

export class Burst {
  readonly #said: readonly Saying[]
  #inOtherWords: Map<Family, Burst | null> | undefined
  #packets: readonly string[] | undefined
  #frames: Buffer[] | undefined
  #singles: readonly Single[] | undefined

  constructor(said: readonly Saying[]) {
    this.#said = said
  }

  /** The same as clients of a family are told it; null where they aren't. */
  to(family: Family | null): Burst | null {
    if (family === null) return this
    this.#inOtherWords ??= new Map()
    const known = this.#inOtherWords.get(family)
    if (known !== undefined) return known
    const told = this.#said.flatMap(({ event, payload }) => {
      const words = saidTo(family, event.name, payload)
      return words === null ? [] : [{ event: { name: words[0] }, payload: words[1] }]
    })
    const burst = told.length > 0 ? new Burst(told) : null
    this.#inOtherWords.set(family, burst)
    return burst
  }

  /** All of it, as a websocket takes it in one write. */
  get frames(): Buffer[] {
    this.#frames ??= [toFrames(this.#encoded.map((packet) => openings.engine + packet))]
    return this.#frames
  }

  /** The same piece by piece, for a transport that frames by itself. */
  get singles(): readonly Single[] {
    this.#singles ??= this.#encoded.map((packet) => ({ packet, frames: [toFrames([openings.engine + packet])] }))
    return this.#singles
  }

  get #encoded(): readonly string[] {
    this.#packets ??= this.#said.map(({ event, payload }) => `${openings.event}${JSON.stringify([event.name, payload])}`)
    return this.#packets
  }
}
