/** The ways of cpu/alibaba, by the names that its rows have. */
export const OPENAPI_FLOOR = 'bare HTTP'
export const RAW_CLIENT = 'raw Alibaba client'
export const OPENAPI = 'openapi'
export const INSTANCE_FLOOR = 'bare HTTP and an RSA-2048 signature'
export const INSTANCE = 'instance'
