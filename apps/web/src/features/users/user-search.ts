import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { parley } from '../../app/parley.ts'
import { useMe } from '../auth/session.ts'
import { rememberPeople } from './people.ts'

/** People other than me whose name or username matches; nothing is asked for an empty query. */
export function useUserSearch(query: string) {
  const me = useMe()
  return useQuery({
    queryKey: ['user search', query],
    queryFn: async () => {
      const { users } = await parley.users.searchUsers({ q: query, limit: 20 })
      rememberPeople(users)
      return users.filter(({ id }) => id !== me.id)
    },
    enabled: query !== '',
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  })
}
