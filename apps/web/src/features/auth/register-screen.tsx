import { Alert, Anchor, Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { parley } from '../../app/parley.ts'
import { AuthLayout } from './auth-layout.tsx'
import { formErrors } from './field-errors.ts'
import { PasswordField } from './password-field.tsx'
import { usePasswordHint } from './password-hint.ts'
import { useEnter } from './use-enter.ts'

const fieldNames = ['name', 'email', 'password'] as const

/** The form, and its sending: what the server refuses is told at the field. */
function useRegistration() {
  const { t } = useTranslation()
  const enter = useEnter()
  const [failure, setFailure] = useState<string | null>(null)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', email: '', password: '' },
    validate: {
      name: (name) => (name.trim().length < 2 ? t('auth.giveName') : null),
      email: (email) => (/^\S+@\S+\.\S+$/.test(email.trim()) ? null : t('auth.giveEmail')),
      password: (password) => (password === '' ? t('auth.givePassword') : null),
    },
  })

  const submit = form.onSubmit(async ({ name, email, password }) => {
    setFailure(null)
    try {
      await enter((await parley.auth.register({ name: name.trim(), email: email.trim(), password })).user)
    } catch (error) {
      const errors = formErrors(error, fieldNames, { EMAIL_TAKEN: 'email', USERNAME_TAKEN: 'name', RULE_BROKEN: 'password' })
      form.setErrors(errors.fields)
      setFailure(errors.form)
    }
  })
  return { form, failure, submit }
}

export function RegisterScreen() {
  const { t } = useTranslation()
  const passwordHint = usePasswordHint()
  const { form, failure, submit } = useRegistration()
  return (
    <AuthLayout
      title={t('auth.registerTitle')}
      intro={t('auth.registerIntro')}
      footer={
        <>
          {t('auth.haveAccount')}{' '}
          <Anchor component={Link} to="/login" underline="always">
            {t('auth.toLogin')}
          </Anchor>
        </>
      }
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            {...form.getInputProps('name')}
            key={form.key('name')}
            label={t('auth.name')}
            description={t('auth.nameHint')}
            autoComplete="name"
            maxLength={50}
            autoFocus
            dir="auto"
            size="md"
          />
          <TextInput
            {...form.getInputProps('email')}
            key={form.key('email')}
            type="email"
            label={t('auth.email')}
            autoComplete="email"
            autoCapitalize="none"
            spellCheck={false}
            size="md"
          />
          <PasswordField
            {...form.getInputProps('password')}
            key={form.key('password')}
            description={passwordHint}
            autoComplete="new-password"
            size="md"
          />
          {failure !== null && (
            <Alert color="red" variant="light" role="alert">
              {failure}
            </Alert>
          )}
          <Button type="submit" size="md" loading={form.submitting} fullWidth>
            {t('auth.register')}
          </Button>
        </Stack>
      </form>
    </AuthLayout>
  )
}
