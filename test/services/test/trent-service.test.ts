import { afterAll, beforeAll, test } from '@jest/globals'
import { describeSigningProvider } from '@signport/contract'
import { createTrentServiceProvider } from '@signport/trent-service'
import { serviceFor } from './support/service.js'

const service = serviceFor((connection) => createTrentServiceProvider(connection))

beforeAll(() => service.start())
afterAll(() => service.close())

describeSigningProvider('trent-service', { ...service.subject, test })
