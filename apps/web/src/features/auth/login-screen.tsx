import { Alert, Anchor, Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { Link, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { parley } from '../../app/parley.ts'
import { AuthLayout } from './auth-layout.tsx'
import { formErrors } from './field-errors.ts'
import { PasswordField } from './password-field.tsx'
import { useEnter } from './use-enter.ts'

interface Values {
  login: string
  password: string
}

const credentials = ({ login, password }: Values) =>
  login.includes('@') ? { email: login.trim(), password } : { username: login.trim(), password }

/** The form, and its sending. */
function useLogin() {
  const { t } = useTranslation()
  const { ended } = useSearch({ from: '/login' })
  const enter = useEnter()
  const [failure, setFailure] = useState<string | null>(ended ? t('auth.ended') : null)
  const form = useForm<Values>({
    mode: 'uncontrolled',
    initialValues: { login: '', password: '' },
    validate: {
      login: (login) => (login.trim() === '' ? t('auth.giveLogin') : null),
      password: (password) => (password === '' ? t('auth.givePassword') : null),
    },
  })

  const submit = form.onSubmit(async (values) => {
    setFailure(null)
    try {
      await enter((await parley.auth.login(credentials(values))).user)
    } catch (error) {
      const errors = formErrors(error, ['password'], { INVALID_CREDENTIALS: 'password' })
      form.setErrors(errors.fields)
      setFailure(errors.form)
    }
  })
  return { form, failure, submit }
}

export function LoginScreen() {
  const { t } = useTranslation()
  const { form, failure, submit } = useLogin()
  return (
    <AuthLayout
      title={t('auth.loginTitle')}
      intro={t('auth.loginIntro')}
      footer={
        <>
          {t('auth.noAccount')}{' '}
          <Anchor component={Link} to="/register" underline="always">
            {t('auth.toRegister')}
          </Anchor>
        </>
      }
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            {...form.getInputProps('login')}
            key={form.key('login')}
            label={t('auth.loginName')}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            size="md"
          />
          <PasswordField {...form.getInputProps('password')} key={form.key('password')} autoComplete="current-password" size="md" />
          {failure !== null && (
            <Alert color="red" variant="light" role="alert">
              {failure}
            </Alert>
          )}
          <Button type="submit" size="md" loading={form.submitting} fullWidth>
            {t('auth.login')}
          </Button>
        </Stack>
      </form>
    </AuthLayout>
  )
}
