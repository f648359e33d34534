import { rmSync } from 'node:fs'
import { OutboxMessage } from '@parley/protocol/operations'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLog } from '../../core/log.ts'
import { embeddedDataDir } from '../../testing/embedded.ts'
import type { Database } from '../database/database.ts'
import { openDatabase } from '../database/open-database.ts'
import { createOutbox, type Outbox } from './outbox.ts'

let database: Database
let outbox: Outbox
let dataDir: string
beforeAll(async () => {
  dataDir = await embeddedDataDir()
  database = await openDatabase({ url: null, dataDir, log: createLog({ level: 'silent', pretty: false }) })
  outbox = createOutbox(database)
})
afterAll(async () => {
  await database.close()
  rmSync(dataDir, { recursive: true })
})

test('mail and text messages are kept as the contract shows them, the newest first', async () => {
  await outbox.mailer.send({ to: 'ada@example.org', subject: 'Welcome', text: 'Hello', html: '<p>Hello</p>', code: '123456' })
  await outbox.smsSender.send({ to: '+4915112345678', text: 'Your code is 9' })
  const [sms, mail] = await outbox.list()
  expect(OutboxMessage.parse(sms)).toMatchObject({ channel: 'sms', to: '+4915112345678', text: 'Your code is 9' })
  expect(sms).not.toHaveProperty('subject')
  expect(OutboxMessage.parse(mail)).toMatchObject({ channel: 'mail', subject: 'Welcome', html: '<p>Hello</p>', code: '123456' })
})

test('one recipient sees only what was sent to them', async () => {
  await outbox.mailer.send({ to: 'grace@example.org', subject: 'Hi', text: 'Only for Grace' })
  expect((await outbox.list('grace@example.org')).map((message) => message.text)).toEqual(['Only for Grace'])
  expect(await outbox.list('nobody@example.org')).toEqual([])
})

test('no more than 200 are listed', async () => {
  for (let number = 0; number < 205; number++) await outbox.smsSender.send({ to: '+491', text: String(number) })
  const listed = await outbox.list('+491')
  expect(listed).toHaveLength(200)
  expect(listed.slice(0, 2).map((message) => message.text)).toEqual(['204', '203'])
})
