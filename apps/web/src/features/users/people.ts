import type { Member, PublicUser } from '@parley/client'
import { queryOptions, useQueries, useQuery } from '@tanstack/react-query'
import { parley } from '../../app/parley.ts'
import { queryClient } from '../../app/query-client.ts'

/** A person by id. Whoever is in a chat of mine is known already; others, like former members, are asked for. */
const personQuery = (userId: string) =>
  queryOptions({
    queryKey: ['person', userId],
    queryFn: async () => (await parley.users.getUser({ userId })).user,
    gcTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

export const usePerson = (userId: string): PublicUser | undefined => useQuery(personQuery(userId)).data

export const usePeople = (userIds: readonly string[]): (PublicUser | undefined)[] =>
  useQueries({ queries: userIds.map(personQuery) }).map(({ data }) => data)

export function rememberPeople(people: readonly PublicUser[]) {
  for (const person of people) queryClient.setQueryData(personQuery(person.id).queryKey, person)
}

const remembered = new WeakSet<readonly Member[]>()

/** The same list of members is looked at once, however often it is shown. */
export function rememberMembers(members: readonly Member[]) {
  if (remembered.has(members)) return
  remembered.add(members)
  rememberPeople(members.map(({ user }) => user))
}
