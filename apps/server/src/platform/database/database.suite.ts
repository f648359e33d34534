import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { newId } from '../../core/ids.ts'
import type { Database, Queries } from './database.ts'
import { migrate } from './migrate.ts'

let database: Database

const entry = (chatId: string, seq = 1) => ({ chat_id: chatId, from_seq: seq, to_seq: seq })
const write = (db: Queries, chatId: string, seq?: number) => db.insertInto('stream_outbox').values(entry(chatId, seq)).execute()

async function written(chatId: string): Promise<number[]> {
  const rows = await database.query.selectFrom('stream_outbox').where('chat_id', '=', chatId).select('from_seq').orderBy('id').execute()
  return rows.map((row) => row.from_seq)
}

function values(): void {
  describe('values', () => {
    test('bigint, time, JSON and arrays come back as they went in', async () => {
      const [at, ids] = [new Date('2026-02-03T04:05:06.789Z'), [newId(), newId()]]
      const { rows } = await sql`
        select ${2 ** 40}::int8 as big, array[1, 2]::int8[] as bigs, count(*) as counted, ${at}::timestamptz as at,
          ${JSON.stringify({ a: [1, 'zwei', null] })}::jsonb as json, ${ids}::uuid[] as ids, ${['a"b\\c', null, '', 'NULL', 'x,{y}']}::text[] as texts,
          ${null}::text as nothing, ${true}::bool as yes, 'grüße 🎉' as text, ${1.5}::float8 as half
        from (values (1), (2)) as v(n)`.execute(database.query)
      expect(rows).toEqual([
        {
          ...{ big: 2 ** 40, bigs: [1, 2], counted: 2, at, json: { a: [1, 'zwei', null] }, ids, nothing: null, yes: true, half: 1.5 },
          ...{ texts: ['a"b\\c', null, '', 'NULL', 'x,{y}'], text: 'grüße 🎉' },
        },
      ])
    })

    test('an object becomes JSON, a Kysely insert returns typed rows and counts changes', async () => {
      const id = newId()
      const row = await database.query.insertInto('stream_outbox').values(entry(id, 7)).returningAll().executeTakeFirstOrThrow()
      expect(row).toMatchObject({ chat_id: id, from_seq: 7, created_at: expect.any(Date), id: expect.any(Number) })
      const changed = await database.query.updateTable('stream_outbox').set({ to_seq: 8 }).where('chat_id', '=', id).executeTakeFirst()
      expect(changed.numUpdatedRows).toBe(1n)
      expect((await database.raw('select $1::jsonb as json', [{ a: 1 }])).rows).toEqual([{ json: { a: 1 } }])
    })

    test('a NUL character is an error with a code, wherever it is written', async () => {
      await expect(database.raw('select $1::text', ['a\0b'])).rejects.toMatchObject({ code: '22021' })
      await expect(database.statement('echo', 'select $1::text', ['a\0b'])).rejects.toMatchObject({ code: '22021' })
    })
  })
}

function transactions(): void {
  describe('transactions', () => {
    test('what resolves is committed, what rejects is not, and the error is the one thrown', async () => {
      const [kept, lost] = [newId(), newId()]
      expect(await database.transaction((tx) => write(tx, kept).then(() => 'done'))).toBe('done')
      const failure = new Error('changed my mind')
      const failing = database.transaction(async (tx) => {
        await write(tx, lost)
        throw failure
      })
      await expect(failing).rejects.toBe(failure)
      expect([await written(kept), await written(lost)]).toEqual([[1], []])
    })

    test('a transaction whose error was swallowed is not taken for committed', async () => {
      const chatId = newId()
      const swallowing = database.transaction(async (tx) => {
        await write(tx, chatId)
        await sql`select 1 / 0`.execute(tx).catch(() => undefined)
      })
      await expect(swallowing).rejects.toThrow()
      expect(await written(chatId)).toEqual([])
    })

    test('concurrent transactions do not see each other half done', async () => {
      const chatId = newId()
      const both = Promise.withResolvers<void>()
      const failing = database.transaction(async (tx) => {
        await write(tx, chatId, 1)
        await both.promise
        throw new Error('rolled back')
      })
      const others = [
        database.transaction((tx) => write(tx, chatId, 2)),
        write(database.query, chatId, 3),
        database.statement('log', 'insert into stream_outbox (chat_id, from_seq, to_seq) values ($1::uuid, 4, 4)', [chatId]),
      ]
      both.resolve()
      await expect(failing).rejects.toThrow('rolled back')
      await Promise.all(others)
      expect((await written(chatId)).sort()).toEqual([2, 3, 4])
    })
  })
}

function endsOfTransactions(): void {
  describe('the end of a transaction', () => {
    test('a transaction that is over takes no straggler', async () => {
      const chatId = newId()
      let leaked: Queries | undefined
      await database.transaction(async (tx) => {
        leaked = tx
      })
      await expect(write(leaked as Queries, chatId)).rejects.toThrow('already committed')
      expect(await written(chatId)).toEqual([])
    })

    test('one that hangs is rolled back after 10 s, and the database goes on', async () => {
      const chatId = newId()
      const hangs = Promise.withResolvers<void>()
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      const hanging = database.transaction(async (tx) => {
        await write(tx, chatId)
        hangs.resolve()
        await new Promise(() => undefined)
      })
      await hangs.promise
      vi.advanceTimersByTime(10_000)
      vi.useRealTimers()
      await expect(hanging).rejects.toMatchObject({ code: 'UNAVAILABLE' })
      await write(database.query, chatId, 2)
      expect(await written(chatId)).toEqual([2])
    })
  })
}

function statements(): void {
  describe('statements', () => {
    const insert =
      'insert into outbox_messages (id, channel, recipient, text) select id, $2, $3, $4 from unnest($1::uuid[]) as t(id) returning id, text'

    test('take array literals and quotes, and return rows as arrays', async () => {
      const ids = [newId(), newId()]
      const rows = await database.statement('outbox', insert, [`{${ids.join(',')}}`, 'sms', "o'neil\\", 'it’s "it"'])
      expect(rows).toEqual(ids.map((id) => [id, 'it’s "it"']))
      expect(await database.statement('none', 'select $1::text as a, 5::int8 as b', [null])).toEqual([[null, 5]])
    })

    test('that fail say so by their code and change nothing', async () => {
      const [taken, fresh] = [newId(), newId()]
      await database.statement('outbox', insert, [`{${taken}}`, 'sms', 'a', 'b'])
      await expect(database.statement('outbox', insert, [`{${fresh},${taken}}`, 'sms', 'a', 'b'])).rejects.toMatchObject({ code: '23505' })
      const found = await database.query.selectFrom('outbox_messages').where('id', '=', fresh).select('id').execute()
      expect(found).toEqual([])
    })

    test('use generic plans, which other queries do not', async () => {
      expect(await database.statement('plan', "select current_setting('plan_cache_mode')", [])).toEqual([['force_generic_plan']])
      await expect(database.statement('fails', 'select 1 / $1::int', ['0'])).rejects.toMatchObject({ code: '22012' })
      expect((await database.raw('show plan_cache_mode')).rows).toEqual([{ plan_cache_mode: 'auto' }])
    })
  })
}

function scripts(): void {
  describe('scripts', () => {
    test('return the rows of all their statements', async () => {
      expect((await database.raw('select 1 as a; select 2 as a')).rows).toEqual([{ a: 1 }, { a: 2 }])
    })

    test('that fail in a transaction of their own leave nothing behind', async () => {
      await expect(database.raw('begin; select 1 / 0; commit')).rejects.toMatchObject({ code: '22012' })
      for (let round = 0; round < 12; round++) expect((await database.raw('select 1 as a')).rows).toEqual([{ a: 1 }])
    })
  })
}

function migrations(): void {
  describe('migrations', () => {
    test('are applied once', async () => {
      expect(await migrate(database)).toEqual([])
    })

    test('a database that is newer than the code is refused', async () => {
      const forget = () => sql`delete from kysely_migration where name = '9999-later'`.execute(database.query)
      await sql`insert into kysely_migration values ('9999-later', '2030-01-01')`.execute(database.query)
      await expect(migrate(database).finally(forget)).rejects.toThrow(/newer version.*9999-later/)
    })
  })
}

/** What every database must do; once per test file. `open` gives an empty one. */
export function databaseSuite(open: () => Promise<Database>): void {
  beforeAll(async () => {
    database = await open()
    await migrate(database)
  })
  afterAll(() => database.close())

  values()
  transactions()
  endsOfTransactions()
  statements()
  scripts()
  migrations()

  test('it answers', async () => {
    await database.ping()
  })
}
