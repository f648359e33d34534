import { type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Check, LogOut, Monitor, Moon, Settings, Star, Sun } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { showFailure } from '../../app/failure.ts'
import { MenuAt } from '../../app/menu-at.tsx'
import { logout, useMe } from '../auth/session.ts'
import styles from './own-menu.module.css'

const schemes = [
  { value: 'light', icon: Sun, label: 'menu.light' },
  { value: 'dark', icon: Moon, label: 'menu.dark' },
  { value: 'auto', icon: Monitor, label: 'menu.system' },
] as const

interface Props {
  from: HTMLElement
  onClose: () => void
}

/** Behind my picture: who I am, how it looks, and the way out. Mounted while it is open. */
export function OwnMenu({ from, onClose }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <MenuAt from={from} label={t('menu.open')} position="bottom-start" onClose={onClose}>
      <div className={styles.me}>
        <span className={styles.name}>
          <bdi>{me.name}</bdi>
        </span>
        <span className={styles.username}>@{me.username}</span>
      </div>
      <Menu.Divider />
      <Menu.Item component={Link} to="/starred" leftSection={<Star size={16} aria-hidden />}>
        {t('starred.title')}
      </Menu.Item>
      <Menu.Item component={Link} to="/settings" leftSection={<Settings size={16} aria-hidden />}>
        {t('settings.title')}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Label>{t('menu.theme')}</Menu.Label>
      <Menu.RadioGroup value={colorScheme} onChange={(chosen) => setColorScheme(chosen as MantineColorScheme)}>
        {schemes.map(({ value, icon: Icon, label }) => (
          <Menu.RadioItem
            key={value}
            value={value}
            checkIcon={<Check size={16} aria-hidden />}
            rightSection={<Icon size={16} aria-hidden />}
          >
            {t(label)}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Divider />
      <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={() => logout().catch(showFailure)}>
        {t('menu.logout')}
      </Menu.Item>
    </MenuAt>
  )
}
