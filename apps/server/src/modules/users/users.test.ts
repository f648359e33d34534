import { getAvatar, getProfile, getUser, searchUsers, updateProfile } from '@parley/protocol/users'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newPerson, type Person, request } from '../../testing/client.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'
import { startServer, type TestServer } from '../../testing/server.ts'

describeOnEachDatabase('people', (options) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(await options())
  })
  afterAll(() => server.stop())

  let words = 0
  /** A word that no other test searches for. */
  const newWord = () => `q${(++words).toString(36)}z${Date.now().toString(36)}`
  const named = async (name: string): Promise<Person> => {
    const person = await newPerson(server.url)
    await person.ask(updateProfile, { name })
    return person
  }
  const found = async (searcher: Person, q: string) => (await searcher.ask(searchUsers, { q })).users.map((user) => user.id)

  describe('my profile', () => {
    test('keeps what is left out, clears what is empty, and is answered as changed', async () => {
      const person = await newPerson(server.url)
      const full = {
        name: 'Ada Lovelace',
        bio: 'Notes on the engine',
        location: 'London',
        website: 'https://ada.example/notes',
        nativeLanguage: 'English',
        learningLanguages: ['French', 'Italian'],
        theme: 'dark' as const,
      }
      const { user } = await person.ask(updateProfile, full)
      expect(user).toMatchObject({ ...full, settings: { theme: 'dark' }, onboardingCompleted: true, username: person.username })
      expect((await person.ask(getProfile, {})).user).toEqual(user)

      const cleared = await person.ask(updateProfile, { bio: '', website: '', location: null, learningLanguages: [] })
      expect(cleared.user).toMatchObject({ name: 'Ada Lovelace', bio: null, website: null, location: null, learningLanguages: [] })
    })

    test('a username that somebody has is refused, whatever its case, also to two at the same moment', async () => {
      const [ada, bob, eve] = [await newPerson(server.url), await newPerson(server.url), await newPerson(server.url)]
      const refused = await ada.request(updateProfile, { username: bob.username.toUpperCase() })
      expect(refused.status).toBe(409)
      expect(refused.body.code).toBe('USERNAME_TAKEN')
      const username = newWord()
      const both = await Promise.all([ada, eve].map((person) => person.request(updateProfile, { username })))
      expect(both.map((answer) => answer.status).sort()).toEqual([200, 409])
      expect((await bob.request(updateProfile, { username: bob.username.toUpperCase() })).status).toBe(200)
    })

    test.each([
      [{ website: 'javascript:alert(1)' }],
      [{ website: 'http://' }],
      [{ name: 'x' }],
      [{ name: 'a\u0000b' }],
      [{ bio: '\ud800' }],
      [{ theme: 'pink' }],
      [{ role: 'admin' }],
      [{ email: 'new@example.org' }],
      [{ id: '01a1fce7-5a13-7000-bf04-f48b3f8fdb47' }],
    ])('%j is malformed', async (changes) => {
      const person = await newPerson(server.url)
      expect((await person.request(updateProfile, changes)).status).toBe(400)
    })
  })

  describe('another person', () => {
    test('is shown without e-mail address, phone number or settings', async () => {
      const ada = await newPerson(server.url)
      const bob = await newPerson(server.url)
      const { user } = await bob.ask(getUser, { userId: ada.id })
      expect(user).toMatchObject({ id: ada.id, username: ada.username, status: 'offline' })
      expect(Object.keys(user).sort()).toEqual(
        [
          ...['_id', 'avatar', 'bio', 'createdAt', 'customStatus', 'id', 'lastSeen', 'learningLanguages', 'location', 'name'],
          ...['nativeLanguage', 'status', 'username', 'website'],
        ].sort(),
      )
      const search = await bob.ask(searchUsers, { q: ada.username })
      expect(JSON.stringify({ user, search })).not.toContain('@example.org')
    })

    test('who does not exist is not found', async () => {
      const person = await newPerson(server.url)
      const { status, body } = await person.request(getUser, { userId: '01a1fce7-5a13-7000-bf04-f48b3f8fdb47' })
      expect(status).toBe(404)
      expect(body.code).toBe('USER_NOT_FOUND')
    })
  })

  describe('searching', () => {
    test('finds by the start of the username and of every word of the name, in any case', async () => {
      const word = newWord()
      const searcher = await newPerson(server.url)
      const person = await named(`Anne-Marie ${word} Byron`)
      for (const q of [
        person.username,
        person.username.slice(0, 8).toUpperCase(),
        word,
        word.toUpperCase(),
        `${word} by`,
        `marie ${word}`,
      ]) {
        expect(await found(searcher, q), q).toContain(person.id)
      }
      for (const q of [word.slice(1), `${word}x`, `yron ${word}`]) expect(await found(searcher, q), q).not.toContain(person.id)
    })

    test('never finds by e-mail address, and never myself', async () => {
      const searcher = await newPerson(server.url)
      const person = await newPerson(server.url)
      expect(await found(searcher, `${person.username}@example.org`)).toEqual([])
      expect(await found(searcher, 'example.org')).toEqual([])
      expect(await found(searcher, searcher.username)).toEqual([])
    })

    test('takes %, _ and \\ for what they are', async () => {
      const searcher = await newPerson(server.url)
      const word = newWord()
      const person = await named(`${word}%_\\ x`)
      expect(await found(searcher, `${word}%_\\`)).toEqual([person.id])
      for (const q of ['%', '%%', `${word[0]}%`, `${word}__`, '\\', "' or 1=1 --"])
        expect(await found(searcher, q), q).not.toContain(person.id)
    })

    test('pages through everybody once, in order, also those found twice', async () => {
      const word = newWord()
      const searcher = await newPerson(server.url)
      const people = await Promise.all(['b', 'a', 'e', 'd', 'c'].map((letter) => named(`${word}${letter} ${word}${letter}x`)))
      const pages: string[][] = []
      let before: string | null = null
      do {
        const page: { users: { name: string }[]; nextCursor: string | null } = await searcher.ask(searchUsers, {
          q: word,
          limit: 2,
          ...(before !== null && { before }),
        })
        pages.push(page.users.map((user) => user.name.slice(word.length, word.length + 1)))
        before = page.nextCursor
      } while (before !== null && pages.length < 10)
      expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']])
      expect(people).toHaveLength(5)
    })

    test('follows a change of name at once', async () => {
      const [before, after] = [newWord(), newWord()]
      const searcher = await newPerson(server.url)
      const person = await named(before)
      await person.ask(updateProfile, { name: after })
      expect(await found(searcher, before)).toEqual([])
      expect(await found(searcher, after)).toEqual([person.id])
    })

    test.each(['x', 'W10', Buffer.from('["a"]').toString('base64url'), Buffer.from('["\\u0000","x"]').toString('base64url')])(
      'with the invented cursor %s is malformed',
      async (before) => {
        const person = await newPerson(server.url)
        const { status, body } = await person.request(searchUsers, { q: 'a', before })
        expect(status).toBe(400)
        expect(body).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ field: 'before' }] })
      },
    )
  })

  describe('a generated picture', () => {
    test('is at the address that avatar says, and can neither load nor run anything', async () => {
      const person = await named('Ada Lovelace')
      const { user } = await person.ask(getProfile, {})
      const response = await fetch(new URL(user.avatar, server.url))
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8')
      expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('cache-control')).toContain('immutable')
      expect(await response.text()).toContain('>AL</text>')
    })

    test('shows markup as letters', async () => {
      const { body } = await request(server.url, getAvatar, { userId: '01a1fce7-5a13-7000-bf04-f48b3f8fdb47', initials: '<a/>' })
      expect(JSON.stringify(body)).toContain('&lt;a/&gt;')
    })
  })
})
