import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { configQuery } from './session.ts'

/** What a password must hold here; a space that keeps its line until the server has said so. */
export function usePasswordHint(): string {
  const { t } = useTranslation()
  const rules = useQuery(configQuery).data?.password
  if (rules === undefined) return '\u00a0'
  if (rules.classes >= 4) return t('auth.passwordHintAllClasses', { length: rules.minLength })
  if (rules.classes > 1) return t('auth.passwordHintClasses', { length: rules.minLength, classes: rules.classes })
  return t('auth.passwordHint', { length: rules.minLength })
}
