import { QueryClient } from '@tanstack/react-query'

/** Live events keep what was read fresh, so nothing is read again by age; after a reconnect live.ts asks for it. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: Number.POSITIVE_INFINITY, retry: 2, networkMode: 'always', refetchOnWindowFocus: false },
    mutations: { networkMode: 'always' },
  },
})
