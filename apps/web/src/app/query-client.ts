import { QueryClient } from '@tanstack/react-query'

/** What changes live is no query but a view of the client; the rest is not read again by age. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: Number.POSITIVE_INFINITY, retry: 2, networkMode: 'always', refetchOnWindowFocus: false },
    mutations: { networkMode: 'always' },
  },
})
