/**
 * A Socket.IO client that costs the machine as little as possible, so that what is measured is the server: the
 * packets of Engine.IO 4 and Socket.IO 5 written by hand on a WebSocket, and events counted without being parsed.
 */
import WebSocket from 'ws'

export interface WireClient {
  /** Emits an event and resolves with when its acknowledgement came, in milliseconds after it was sent. */
  send(event: string, payload: unknown): Promise<number>
  /** How many events have arrived. */
  readonly events: number
  close(): void
}

export function connectWire(url: string, auth: unknown): Promise<WireClient> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, { perMessageDeflate: false })
  const waiting = new Map<number, { sentAt: number; resolve: (ms: number) => void }>()
  let events = 0
  let nextId = 0
  const client: WireClient = {
    send: (event, payload) =>
      new Promise((resolve) => {
        const id = nextId++
        waiting.set(id, { sentAt: performance.now(), resolve })
        socket.send(`42${id}${JSON.stringify([event, payload])}`)
      }),
    get events() {
      return events
    },
    close: () => socket.terminate(),
  }
  const acknowledged = (packet: string) => {
    const id = Number(packet.slice(2, packet.indexOf('[')))
    const sent = waiting.get(id)
    waiting.delete(id)
    if (!packet.includes('"success":true')) throw new Error(`a send was refused: ${packet.slice(0, 200)}`)
    sent?.resolve(performance.now() - sent.sentAt)
  }
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('message', (data: Buffer) => {
      const packet = data.toString('latin1')
      if (packet.startsWith('42')) events++
      else if (packet.startsWith('43')) acknowledged(packet)
      else if (packet === '2') socket.send('3')
      else if (packet.startsWith('0')) socket.send(`40${JSON.stringify(auth)}`)
      else if (packet.startsWith('40')) resolve(client)
      else if (packet.startsWith('44')) reject(new Error(`the handshake was refused: ${packet}`))
    })
  })
}
