import type { OwnUser } from '@parley/client'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { ownStorage, parley } from '../../app/parley.ts'
import { queryClient } from '../../app/query-client.ts'

const rememberedKey = 'parley-me'

/** Whoever was here last, so that the page opens at once, and without the server too. */
function remembered(): OwnUser | undefined {
  const kept = ownStorage.getItem(rememberedKey)
  return kept === null ? undefined : (JSON.parse(kept) as OwnUser)
}

/** Who I am; null where nobody is logged in. Whether the one who is remembered still is, the connection tells. */
export const sessionQuery = queryOptions<OwnUser | null>({
  queryKey: ['session'],
  queryFn: async () => (await parley.auth.checkSession()).user,
  initialData: remembered,
  gcTime: Number.POSITIVE_INFINITY,
})

export const configQuery = queryOptions({
  queryKey: ['config'],
  queryFn: async () => (await parley.server.getConfig()).config,
  gcTime: Number.POSITIVE_INFINITY,
})

export function rememberSession(user: OwnUser) {
  ownStorage.setItem(rememberedKey, JSON.stringify(user))
  queryClient.setQueryData(sessionQuery.queryKey, user)
}

/** Who I am, as far as this page knows; undefined where nobody is logged in. */
export const myId = (): string | undefined => queryClient.getQueryData(sessionQuery.queryKey)?.id

/** Me, on screens that only somebody logged in can reach. */
export function useMe(): OwnUser {
  const me = useQuery(sessionQuery).data
  if (!me) throw new Error('unable to show this screen; nobody is logged in')
  return me
}

/** A store that doesn't answer keeps nobody on a page that they have left, in milliseconds. */
const storePatience = 2_000

/** Leaves by loading the login screen anew, so that nothing of this person stays in the page, nor on the disk. */
export async function leavePage({ ended }: { ended: boolean }) {
  ownStorage.removeItem(rememberedKey)
  await Promise.race([parley.flush(), new Promise((resolve) => setTimeout(resolve, storePatience))])
  location.assign(ended ? '/app/login?ended=true' : '/app/login')
}

export async function logout() {
  await parley.auth.logout()
  await leavePage({ ended: false })
}
