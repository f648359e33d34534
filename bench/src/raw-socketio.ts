/** What Parley is measured against: Socket.IO as its manual shows it, which checks nothing and stores nothing. */
import { createServer } from 'node:http'
import { Server } from 'socket.io'

const server = createServer()
const io = new Server(server, { perMessageDeflate: false, serveClient: false })

io.on('connection', (socket) => {
  socket.join('everybody')
  socket.on('send_message', (payload: { content: unknown }, acknowledge: (answer: unknown) => void) => {
    io.to('everybody').emit('new_message', { message: payload, tempId: null })
    acknowledge({ success: true })
  })
})

server.listen(Number(process.env.PORT), '127.0.0.1')
