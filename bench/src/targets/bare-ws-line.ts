/** What the bare `ws` server of programs/bare-ws.ts speaks. */
import { NumberAfter } from '../wire/number-after.ts'
import { WebSocketLine } from '../wire/web-socket.ts'
import { type Connection, type Listener, numberMark, textOf } from './target.ts'

const acknowledgement = 'ack '.charCodeAt(0)
const brace = '{'.charCodeAt(0)

/** The connection of somebody who is in `chatIds` and writes into the first. */
export async function openBareWs(port: number, chatIds: readonly string[], listener: Listener): Promise<Connection> {
  const text = new NumberAfter(numberMark)
  const ready = Promise.withResolvers<void>()
  const opening = WebSocketLine.open(port, '/', {
    text(bytes, start, end, at) {
      if (bytes[start] === brace) listener.delivered(text.in(bytes, start, end), at, -1)
      else if (bytes[start] === acknowledgement) listener.acknowledged(Number(bytes.toString('latin1', start + 'ack '.length, end)), at)
      else ready.resolve()
    },
    lost(error) {
      ready.reject(error)
      listener.failed(error)
    },
  })
  const opened = opening.then((line) => {
    line.send(JSON.stringify(chatIds))
    return line
  })
  const [line] = await Promise.all([opened, ready.promise])
  return {
    send: (number) => line.send(`{"id":${number},"chatId":"${chatIds[0]}","content":{"type":"text","text":"${textOf(number)}"}}`),
    close: () => line.close(),
  }
}
