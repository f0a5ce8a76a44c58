export { instrumentSignport } from './instrumentation.js'
export type { InstrumentationOptions } from './instrumentation-options.js'
export type { Instrumentation } from './listener.js'
