/** Run as a process by tests, to be killed: writes row after row into the database of a directory, and prints each number once it's committed. */
import { newId } from '../../core/ids.ts'
import { createLog } from '../../core/log.ts'
import { openDatabase } from './open-database.ts'

const database = await openDatabase({ url: null, dataDir: process.argv[2] ?? '', log: createLog({ level: 'warn', pretty: false }) })
const chatId = newId()
const insert = 'insert into stream_outbox (chat_id, from_seq, to_seq) values ($1::uuid, $2::int8, $2::int8)'
for (let seq = 1; seq <= 100_000; seq++) {
  if (seq % 2 === 0) await database.statement('entry', insert, [chatId, String(seq)])
  else await database.transaction((tx) => tx.insertInto('stream_outbox').values({ chat_id: chatId, from_seq: seq, to_seq: seq }).execute())
  process.stdout.write(`${seq}\n`)
}
