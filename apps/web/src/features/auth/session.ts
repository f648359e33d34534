import type { OwnUser } from '@parley/client'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { parley } from '../../app/parley.ts'
import { queryClient } from '../../app/query-client.ts'

/** Who I am; null where nobody is logged in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => (await parley.auth.checkSession()).user,
  gcTime: Number.POSITIVE_INFINITY,
})

export const configQuery = queryOptions({
  queryKey: ['config'],
  queryFn: async () => (await parley.server.getConfig()).config,
  gcTime: Number.POSITIVE_INFINITY,
})

export const rememberSession = (user: OwnUser) => queryClient.setQueryData(sessionQuery.queryKey, user)

/** Me, on screens that only somebody logged in can reach. */
export function useMe(): OwnUser {
  const me = useQuery(sessionQuery).data
  if (!me) throw new Error('unable to show this screen; nobody is logged in')
  return me
}

/** Leaves by loading the login screen anew, so that nothing of this person stays in the page. */
export function leavePage({ ended }: { ended: boolean }) {
  location.assign(ended ? '/app/login?ended=true' : '/app/login')
}

export async function logout() {
  await parley.auth.logout()
  leavePage({ ended: false })
}
