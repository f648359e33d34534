import { Button, Center, Loader, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, Navigate, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { parley } from '../../app/parley.ts'
import { rememberSession } from './session.ts'

/** Logs this tab in as a demo person, without a cookie: the next tab can be somebody else. */
export function DemoScreen() {
  const { t } = useTranslation()
  const { username } = useParams({ from: '/demo/$username' })
  const entry = useQuery({
    queryKey: ['demo', username],
    queryFn: async () => {
      const { user } = await parley.auth.demoLogin({ username })
      rememberSession(user)
      return user
    },
    retry: false,
    gcTime: 0,
  })
  if (entry.isSuccess) return <Navigate to="/" replace />
  return (
    <Center component="main" mih="100dvh">
      {entry.isError ? (
        <Stack align="center" p="lg">
          <p role="alert">{t('auth.demoFailed', { username })}</p>
          <Button component={Link} to="/login" variant="default">
            {t('auth.toLogin')}
          </Button>
        </Stack>
      ) : (
        <Stack align="center" role="status">
          <Loader />
          <p>{t('auth.demoBusy', { username })}</p>
        </Stack>
      )}
    </Center>
  )
}
