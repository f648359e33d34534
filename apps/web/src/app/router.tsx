import { createRootRoute, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router'
import { DemoScreen } from '../features/auth/demo-screen.tsx'
import { LoginScreen } from '../features/auth/login-screen.tsx'
import { RegisterScreen } from '../features/auth/register-screen.tsx'
import { sessionQuery } from '../features/auth/session.ts'
import { ChatScreen } from '../features/chats/chat-screen.tsx'
import { NothingOpen } from '../features/chats/nothing-open.tsx'
import { BrokenScreen, NotFoundScreen, WaitingScreen } from './dead-ends.tsx'
import { HomeScreen } from './home-screen.tsx'
import { queryClient } from './query-client.ts'

const whoAmI = () => queryClient.ensureQueryData(sessionQuery)

/** Screens for those who are nobody yet: whoever is logged in goes on to the chats. */
async function outsideOnly() {
  if (await whoAmI()) throw redirect({ to: '/', replace: true })
}

/** After the login one comes back to a screen of this page, and nowhere else. */
const ownPath = (value: unknown): string | undefined => (typeof value === 'string' && /^\/chats\/[\w-]+$/.test(value) ? value : undefined)

const rootRoute = createRootRoute({ component: Outlet })

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: (search): { next?: string; ended?: boolean } => {
    const next = ownPath(search.next)
    return { ...(next !== undefined && { next }), ...(search.ended === true && { ended: true }) }
  },
  beforeLoad: outsideOnly,
  component: LoginScreen,
})

const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/register',
  beforeLoad: outsideOnly,
  component: RegisterScreen,
})

const demoRoute = createRoute({ getParentRoute: () => rootRoute, path: '/demo/$username', component: DemoScreen })

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'home',
  beforeLoad: async ({ location }) => {
    if (await whoAmI()) return
    const next = ownPath(location.pathname)
    throw redirect({ to: '/login', search: next === undefined ? {} : { next }, replace: true })
  },
  component: HomeScreen,
})

const nothingOpenRoute = createRoute({ getParentRoute: () => homeRoute, path: '/', component: NothingOpen })

const chatRoute = createRoute({ getParentRoute: () => homeRoute, path: '/chats/$chatId', component: ChatScreen })

export const router = createRouter({
  routeTree: rootRoute.addChildren([loginRoute, registerRoute, demoRoute, homeRoute.addChildren([nothingOpenRoute, chatRoute])]),
  basepath: '/app',
  defaultPendingComponent: WaitingScreen,
  defaultErrorComponent: BrokenScreen,
  defaultNotFoundComponent: NotFoundScreen,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
