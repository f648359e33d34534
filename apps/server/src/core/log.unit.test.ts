import { expect, test } from 'vitest'
import { createLog } from './log.ts'

function written(pretty: boolean, object: object): string {
  let text = ''
  const destination = {
    write(line: string) {
      text += line
    },
  }
  createLog({ level: 'info', pretty, destination }).info(object, 'something happened')
  return text
}

const secret = 'hunter2-hunter2'

test.each(['authorization', 'cookie', 'set-cookie', 'password', 'token', 'refreshToken', 'otp', 'code'])('%s is never written', (field) => {
  for (const object of [{ [field]: secret }, { body: { [field]: secret } }, { req: { body: { [field]: secret } } }]) {
    for (const pretty of [true, false]) {
      const text = written(pretty, object)
      expect(text).toContain('something happened')
      expect(text).toContain('[hidden]')
      expect(text).not.toContain(secret)
    }
  }
})

test('headers are written without what they authenticate with', () => {
  const text = written(false, { req: { headers: { authorization: secret, cookie: secret, 'user-agent': 'Parley' } } })
  expect(JSON.parse(text).req.headers).toEqual({ authorization: '[hidden]', cookie: '[hidden]', 'user-agent': 'Parley' })
})

test("an error's code is no secret", () => {
  const error = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
  expect(JSON.parse(written(false, { err: error })).err).toMatchObject({ code: 'ECONNREFUSED', message: 'refused' })
})

test('what the database quotes of a row that it refused is never written', () => {
  const quoted = {
    code: '23514',
    detail: `Failing row contains (${secret}).`,
    where: `JSON data, line 1: {"text":"${secret}"`,
    hint: secret,
  }
  const text = written(false, { err: Object.assign(new Error('violates check constraint'), quoted) })
  expect(text).not.toContain(secret)
  expect(JSON.parse(text).err).toMatchObject({ code: '23514', message: 'violates check constraint' })
})

test('production writes one JSON object per line, development lines for people', () => {
  expect(JSON.parse(written(false, { a: 1 }))).toMatchObject({ level: 30, a: 1, msg: 'something happened' })
  expect(written(true, { a: 1 })).toMatch(/INFO.*something happened/)
})
