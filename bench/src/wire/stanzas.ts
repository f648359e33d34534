/** XMPP (RFC 6120) over TCP with as little work as a generator can do: messages are found by their end, and handed on where they lie. */
import { Tcp } from './tcp.ts'

export interface StanzaEvents {
  /** A message ends at `end`; what lies before it from `start` on may hold other stanzas. Overwritten after this returns. */
  readonly message: (bytes: Buffer, start: number, end: number, at: number) => void
  readonly lost: (error: Error) => void
}

const messageEnd = Buffer.from('</message>')

export class StanzaLine {
  readonly #events: StanzaEvents
  #tcp: Tcp | null = null
  #begun: Buffer = Buffer.alloc(0)
  /** While a stanza is waited for: how it begins to show, and what to do with the text up to there. */
  #awaited: { readonly pattern: RegExp; readonly resolve: (text: string) => void; readonly reject: (error: Error) => void } | null = null

  private constructor(events: StanzaEvents) {
    this.#events = events
  }

  static async open(port: number, events: StanzaEvents): Promise<StanzaLine> {
    const line = new StanzaLine(events)
    line.#tcp = await Tcp.open(port, { bytes: (buffer, length) => line.#bytes(buffer, length), lost: (error) => line.#lost(error) })
    return line
  }

  send(text: string): void {
    this.#tcp?.write(text)
  }

  /** Sends, and resolves with what came back once it fits; messages that come meanwhile are not handed on. */
  exchange(text: string, pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#awaited = { pattern, resolve, reject }
      this.send(text)
    })
  }

  close(): void {
    this.#tcp?.close()
  }

  #bytes(buffer: Buffer, length: number): void {
    const at = performance.now()
    const bytes = Buffer.concat([this.#begun, buffer.subarray(0, length)])
    if (this.#awaited !== null) this.#await(bytes)
    else this.#begun = Buffer.from(bytes.subarray(this.#messages(bytes, at)))
  }

  #await(bytes: Buffer): void {
    const text = bytes.toString('latin1')
    const awaited = this.#awaited
    if (awaited?.pattern.test(text)) {
      this.#awaited = null
      this.#begun = Buffer.alloc(0)
      awaited.resolve(text)
    } else if (/<failure|<stream:error|type=['"]error['"]/.test(text))
      awaited?.reject(new Error(`the server refused: ${text.slice(0, 500)}`))
    else this.#begun = bytes
  }

  /** Hands on every whole message; returns where the last of them ends. */
  #messages(bytes: Buffer, at: number): number {
    let start = 0
    for (let end = bytes.indexOf(messageEnd); end >= 0; end = bytes.indexOf(messageEnd, start)) {
      this.#events.message(bytes, start, end, at)
      start = end + messageEnd.length
    }
    return start
  }

  #lost(error: Error): void {
    this.#awaited?.reject(error)
    this.#events.lost(error)
  }
}
