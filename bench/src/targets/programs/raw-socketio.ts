/** Socket.IO as its manual shows it: who connects says which chats they are in, nothing is checked, nothing is stored. */
import { createServer } from 'node:http'
import { Server } from 'socket.io'

interface Message {
  readonly chatId: string
  readonly content: unknown
  readonly tempId: string
}

const server = createServer()
const io = new Server(server, { perMessageDeflate: false, serveClient: false })

io.on('connection', (socket) => {
  socket.join((socket.handshake.auth as { chats: string[] }).chats)
  socket.on('send_message', (message: Message, acknowledge: (answer: unknown) => void) => {
    io.to(message.chatId).emit('new_message', { message, tempId: message.tempId })
    acknowledge({ success: true })
  })
  socket.emit('ready')
})

server.listen(Number(process.env.PORT), '127.0.0.1')
