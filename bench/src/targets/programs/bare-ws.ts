/** The least that a chat server on the `ws` library can do: the first text says which chats one is in, each other is a message. */
import { type WebSocket, WebSocketServer } from 'ws'

const chats = new Map<string, Set<WebSocket>>()

function join(socket: WebSocket, chatIds: readonly string[]): void {
  for (const chatId of chatIds) {
    const members = chats.get(chatId) ?? new Set()
    chats.set(chatId, members.add(socket))
  }
  socket.once('close', () => {
    for (const chatId of chatIds) chats.get(chatId)?.delete(socket)
  })
  socket.send('ready')
}

const server = new WebSocketServer({ port: Number(process.env.PORT), host: '127.0.0.1', perMessageDeflate: false })

server.on('connection', (socket) => {
  socket.once('message', (first) => {
    join(socket, JSON.parse(String(first)) as string[])
    socket.on('message', (data) => {
      const { id, chatId, content } = JSON.parse(String(data)) as { id: number; chatId: string; content: unknown }
      const frame = JSON.stringify({ message: { chatId, content } })
      for (const member of chats.get(chatId) ?? []) member.send(frame)
      socket.send(`ack ${id}`)
    })
  })
})
