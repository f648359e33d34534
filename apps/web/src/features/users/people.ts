import type { Member, PublicUser } from '@parley/client'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { parley } from '../../app/parley.ts'
import { queryClient } from '../../app/query-client.ts'

/** A person by id. Whoever came with a chat or a message is known already; others are asked for. */
const personQuery = (userId: string) =>
  queryOptions({
    queryKey: ['person', userId],
    queryFn: async () => (await parley.users.getUser({ userId })).user,
    gcTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

export const usePerson = (userId: string): PublicUser | undefined => useQuery(personQuery(userId)).data

export function rememberPeople(people: readonly PublicUser[]) {
  for (const person of people) queryClient.setQueryData(personQuery(person.id).queryKey, person)
}

export const rememberMembers = (members: readonly Member[]) => rememberPeople(members.map(({ user }) => user))
