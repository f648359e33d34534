import { ParleyError } from '@parley/client'
import { sentenceOf } from '../../app/failure.ts'

export interface FormErrors {
  /** By field, shown below it. */
  readonly fields: Record<string, string>
  /** What belongs to no field, shown above the button. */
  readonly form: string | null
}

/** Distributes what the server said over a form's fields. `fieldOfCode` says where an error without fields belongs. */
export function formErrors(error: unknown, fieldNames: readonly string[], fieldOfCode: Record<string, string> = {}): FormErrors {
  if (!(error instanceof ParleyError)) return { fields: {}, form: sentenceOf(error) }
  const fields: Record<string, string> = {}
  for (const { field, message } of error.errors ?? []) if (fieldNames.includes(field)) fields[field] ??= message
  const fieldOfThis = fieldOfCode[error.code]
  if (fieldOfThis !== undefined && fields[fieldOfThis] === undefined) fields[fieldOfThis] = error.message
  return { fields, form: Object.keys(fields).length === 0 ? error.message : null }
}
