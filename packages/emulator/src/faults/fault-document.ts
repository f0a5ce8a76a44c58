import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { checked } from '../checked.js'
import { parseJson } from '../json-text.js'
import { type Fault, faultSchema } from './fault-table.js'
import { type FaultPlan, planSchema } from './random-plan.js'

/** What goes wrong from the start on, as a file of faults holds it, or as the option `faults` is given. */
export interface FaultDocument {
  /** For certain calls, in this order. */
  readonly faults?: readonly Fault[] | undefined
  /** By chance; null stands for no plan, as it does in the control plane. */
  readonly random?: FaultPlan | null | undefined
}

const schema = v.pipe(
  v.unknown(),
  // To the schema of an object, a list is one without members.
  v.check((value) => !Array.isArray(value), 'expected an object with faults, random or both, and not a list'),
  v.strictObject({ faults: v.optional(v.array(faultSchema), []), random: v.nullish(planSchema) }),
)

/** Where a document comes from. */
interface Source {
  readonly faults: unknown
  readonly faultsFile: string | undefined
}

/** Reads what the options name. @throws TypeError that says where something is wrong, and the system's errors */
export async function readFaults({ faults, faultsFile }: Source): Promise<FaultDocument> {
  if (faultsFile === undefined)
    return checked(schema, faults === undefined ? {} : faults, 'The document of faults')
  const what = `The file of faults ${faultsFile}`
  return checked(schema, parseJson(await readText(faultsFile), what), what)
}

/** The error for a folder does not say by itself which one it is. */
function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw Object.assign(error as Error, { path })
  })
}
