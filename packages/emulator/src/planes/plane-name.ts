/** What the protocols are called here: AWS's, and the two of Alibaba Cloud. */
export const PLANE_NAMES = ['trent', 'openapi', 'instance'] as const

/** One of the protocols: AWS KMS, the OpenAPI of Alibaba Cloud KMS, or that of its instances. */
export type PlaneName = (typeof PLANE_NAMES)[number]
