/** A key-management service that costs the machine little: it has one message, which it has signed before it starts. */
import { answer, argument } from '../harness/answer.js'
import { createAwsPlane } from '../kms/aws-plane.js'
import { makeIdentity } from '../kms/certificate.js'
import { createInstancePlane } from '../kms/instance-plane.js'
import { type Keys, kmsOf, makeKeys } from '../kms/keys.js'
import type { Kms, KmsOptions } from '../kms/kms.js'
import { createOpenApiPlane } from '../kms/openapi-plane.js'
import type { Plane } from '../kms/plane.js'
import { withinQuota } from '../kms/quota-plane.js'
import { serve } from '../kms/serve.js'

const { tls, latencyMs, quota, forges } = argument<KmsOptions>()
const keys = makeKeys(forges)
const identity = tls ? makeIdentity() : undefined
const plane = quota ? withinQuota(planeOf(keys), quota) : planeOf(keys)
const { url } = await serve(plane, { identity, latencyMs })
const kms: Kms = { ...kmsOf(keys, url), ...(identity && { ca: identity.cert }) }
answer(kms)

/** By a header that the protocol has alone. */
function planeOf(keys: Keys): Plane {
  const aws = createAwsPlane(keys)
  const instance = createInstancePlane(keys)
  const openApi = createOpenApiPlane(keys)
  return (asked) => {
    if ('x-amz-target' in asked.headers) return aws(asked)
    return 'x-kms-apiname' in asked.headers ? instance(asked) : openApi(asked)
  }
}
