import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { en } from './en.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en }
  }
}

const resources = { en: { translation: en } }
const languages = Object.keys(resources)
const wanted = navigator.languages.map((tag) => tag.split('-')[0] ?? '').find((language) => languages.includes(language)) ?? 'en'

await i18next.use(initReactI18next).init({
  resources,
  lng: wanted,
  fallbackLng: 'en',
  // React escapes what it renders.
  interpolation: { escapeValue: false },
})
document.documentElement.lang = i18next.language
document.documentElement.dir = i18next.dir()
