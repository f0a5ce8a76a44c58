import { afterAll, beforeAll, test } from '@jest/globals'
import { createAwsKmsProvider } from '@signport/aws-kms'
import { describeSigningProvider } from '@signport/contract'
import { serviceFor } from './support/service.js'

const service = serviceFor((connection) => createAwsKmsProvider(connection))

beforeAll(() => service.start())
afterAll(() => service.close())

describeSigningProvider('aws-kms', { ...service.subject, test })
