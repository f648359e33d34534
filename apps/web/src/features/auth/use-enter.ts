import type { OwnUser } from '@parley/client'
import { useRouter, useSearch } from '@tanstack/react-router'
import { rememberSession } from './session.ts'

/** Goes in after a login: to the screen that was asked for, else to the chats. */
export function useEnter() {
  const router = useRouter()
  const { next } = useSearch({ strict: false })
  return async (user: OwnUser) => {
    rememberSession(user)
    await router.navigate({ to: next ?? '/', replace: true })
  }
}
